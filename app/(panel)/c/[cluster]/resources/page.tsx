import { SharedList } from "@/components/resource/shared-list"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  const { cluster: clusterId } = await params
  const initial = await forPage(async () => (await serverCaller()).resource.list({ clusterId }))
  return <SharedList clusterId={clusterId} initial={initial} />
}
