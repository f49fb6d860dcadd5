import { notFound } from "next/navigation"
import { Trouble } from "@/components/demo/trouble"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  const { cluster } = await params
  const call = await serverCaller()
  const { isDemo } = await call.session.me({})
  if (!isDemo) notFound()
  return <Trouble clusterId={cluster} initial={await forPage(() => call.demo.get({}))} />
}
