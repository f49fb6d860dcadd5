import { Overview } from "@/components/cluster/overview"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function OverviewPage({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  const { cluster: clusterId } = await params
  return <Overview initial={await forPage(async () => (await serverCaller()).overview.get({ clusterId }))} />
}
