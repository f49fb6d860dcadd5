import { emptyDraft } from "@/components/service/draft"
import { ServiceForm } from "@/components/service/service-form"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  const { cluster: clusterId } = await params
  const [domains, services] = await forPage(async () => {
    const call = await serverCaller()
    return Promise.all([call.domain.list({ clusterId }), call.service.list({ clusterId })])
  })
  return <ServiceForm clusterId={clusterId} was={null} start={emptyDraft} domains={domains} others={services.map((s) => s.name)} />
}
