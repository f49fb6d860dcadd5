import { SharedForm } from "@/components/resource/shared-form"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  const { cluster: clusterId } = await params
  await forPage(async () => (await serverCaller()).resource.list({ clusterId }))
  return <SharedForm clusterId={clusterId} was={null} />
}
