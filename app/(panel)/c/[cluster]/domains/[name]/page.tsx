import { notFound } from "next/navigation"
import { DomainForm } from "@/components/domain/domain-form"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string; readonly name: string }> }) {
  const { cluster: clusterId, name } = await params
  const [view, domains] = await forPage(async () => {
    const call = await serverCaller()
    return Promise.all([call.overview.get({ clusterId }), call.domain.list({ clusterId })])
  })
  const domain = domains.find((d) => d.name === name)
  if (!domain) notFound()
  return <DomainForm clusterId={clusterId} was={domain} nodes={view.nodes.filter((n) => n.isMember).map((n) => n.name)} />
}
