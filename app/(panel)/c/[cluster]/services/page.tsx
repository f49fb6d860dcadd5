import { ServiceList } from "@/components/service/service-list"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  const { cluster: clusterId } = await params
  const rows = await forPage(async () => (await serverCaller()).service.list({ clusterId }))
  return <ServiceList clusterId={clusterId} initial={rows} nowMs={Date.now()} />
}
