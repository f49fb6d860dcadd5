import { redirect } from "next/navigation"
import { LoginForm } from "@/components/auth/login-form"
import { serverCaller } from "@/lib/verbs/caller"

export default async function LoginPage() {
  const { user, needsSetup } = await (await serverCaller()).session.me({})
  if (needsSetup) redirect("/setup")
  if (user) redirect("/")
  return <LoginForm />
}
