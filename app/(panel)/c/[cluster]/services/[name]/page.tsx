import { ServicePage } from "@/components/service/service-page"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string; readonly name: string }> }) {
  const { cluster: clusterId, name } = await params
  return <ServicePage clusterId={clusterId} initial={await forPage(async () => (await serverCaller()).service.get({ clusterId, name }))} />
}
