import { redirect } from "next/navigation"
import { SetupForm } from "@/components/auth/setup-form"
import { serverCaller } from "@/lib/verbs/caller"

export default async function SetupPage() {
  const { needsSetup } = await (await serverCaller()).session.me({})
  if (!needsSetup) redirect("/login")
  return <SetupForm />
}
