import { notFound } from "next/navigation"
import { SharedForm } from "@/components/resource/shared-form"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string; readonly name: string }> }) {
  const { cluster: clusterId, name } = await params
  const all = await forPage(async () => (await serverCaller()).resource.list({ clusterId }))
  const was = all.find((r) => r.name === name)
  if (!was) notFound()
  return <SharedForm clusterId={clusterId} was={was} />
}
