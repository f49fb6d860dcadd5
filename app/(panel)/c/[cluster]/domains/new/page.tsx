import { DomainForm } from "@/components/domain/domain-form"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  const { cluster: clusterId } = await params
  const { nodes } = await forPage(async () => (await serverCaller()).overview.get({ clusterId }))
  return <DomainForm clusterId={clusterId} was={null} nodes={nodes.filter((n) => n.isMember).map((n) => n.name)} />
}
