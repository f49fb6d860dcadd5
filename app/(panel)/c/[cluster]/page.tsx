import { Overview } from "@/components/cluster/overview"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function OverviewPage({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  const { cluster: clusterId } = await params
  const [initial, initialBalancers] = await forPage(async () => {
    const call = await serverCaller()
    return Promise.all([call.overview.get({ clusterId }), call.balancer.list({ clusterId })])
  })
  return <Overview initial={initial} initialBalancers={initialBalancers} />
}
