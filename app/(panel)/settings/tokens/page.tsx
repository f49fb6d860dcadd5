import { Tokens } from "@/components/settings/tokens"
import { serverCaller } from "@/lib/verbs/caller"

export default async function Page() {
  const { user } = await (await serverCaller()).session.me({})
  return <Tokens role={user?.role ?? "viewer"} />
}
