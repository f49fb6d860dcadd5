import { emptyDraft } from "@/components/service/draft"
import { ServiceForm } from "@/components/service/service-form"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  const { cluster: clusterId } = await params
  const domains = await forPage(async () => (await serverCaller()).domain.list({ clusterId }))
  return <ServiceForm clusterId={clusterId} was={null} start={emptyDraft} domains={domains} />
}
