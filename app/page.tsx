import { redirect } from "next/navigation"
import { serverCaller } from "@/lib/verbs/caller"

/** The first place to go: set-up, login, the first cluster, or making one. */
export default async function Home() {
  const call = await serverCaller()
  const { user, needsSetup } = await call.session.me({})
  if (needsSetup) redirect("/setup")
  if (!user) redirect("/login")
  const [first] = await call.cluster.list({})
  redirect(first ? `/c/${first.id}` : "/clusters/new")
}
