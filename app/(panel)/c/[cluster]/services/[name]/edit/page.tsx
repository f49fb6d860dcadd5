import { draftOfView } from "@/components/service/draft"
import { ServiceForm } from "@/components/service/service-form"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string; readonly name: string }> }) {
  const { cluster: clusterId, name } = await params
  const [view, domains] = await forPage(async () => {
    const call = await serverCaller()
    return Promise.all([call.service.get({ clusterId, name }), call.domain.list({ clusterId })])
  })
  return <ServiceForm clusterId={clusterId} was={name} start={draftOfView(view)} domains={domains} />
}
