import { AddNode } from "@/components/node/add-node"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  const { cluster: clusterId } = await params
  const clusters = await forPage(async () => (await serverCaller()).cluster.list({}))
  return <AddNode clusterId={clusterId} publicKey={clusters.find(({ id }) => id === clusterId)?.publicKey ?? ""} />
}
