import { EditorPage } from "@/components/balancer/editor-page"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string; readonly name: string }> }) {
  const { cluster: clusterId, name } = await params
  const { user } = await forPage(async () => (await serverCaller()).session.me({}))
  return <EditorPage clusterId={clusterId} name={decodeURIComponent(name)} role={user?.role} part="directors" />
}
