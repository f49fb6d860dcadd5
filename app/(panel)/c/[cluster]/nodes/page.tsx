import { NodeList } from "@/components/node/node-list"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  const { cluster: clusterId } = await params
  return <NodeList initial={await forPage(async () => (await serverCaller()).overview.get({ clusterId }))} />
}
