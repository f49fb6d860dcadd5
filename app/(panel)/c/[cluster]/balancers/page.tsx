import { BalancerList } from "@/components/balancer/balancer-list"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  const { cluster: clusterId } = await params
  const { user } = await forPage(async () => (await serverCaller()).session.me({}))
  return <BalancerList clusterId={clusterId} role={user?.role} />
}
