import { draftOfView } from "@/components/service/draft"
import { ServiceForm } from "@/components/service/service-form"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string; readonly name: string }> }) {
  const { cluster: clusterId, name } = await params
  const [view, domains, services] = await forPage(async () => {
    const call = await serverCaller()
    return Promise.all([call.service.get({ clusterId, name }), call.domain.list({ clusterId }), call.service.list({ clusterId })])
  })
  const others = services.map((s) => s.name).filter((other) => other !== name)
  return <ServiceForm clusterId={clusterId} was={name} start={draftOfView(view)} domains={domains} others={others} />
}
