import { DomainList } from "@/components/domain/domain-list"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  const { cluster: clusterId } = await params
  return <DomainList clusterId={clusterId} initial={await forPage(async () => (await serverCaller()).domain.list({ clusterId }))} />
}
