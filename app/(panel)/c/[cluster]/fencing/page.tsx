import { FencingPage } from "@/components/fence/fencing-page"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  const { cluster: clusterId } = await params
  const initial = await forPage(async () => {
    const { fence, overview, session } = await serverCaller()
    const of = { clusterId }
    const [nodes, devices, settings, history, view, { user, nowMs }] = await Promise.all([
      fence.nodes(of),
      fence.devices(of),
      fence.settings(of),
      fence.history(of),
      overview.get(of),
      session.me({}),
    ])
    return { nodes, devices, settings, history, view, role: user?.role, nowMs }
  })
  return <FencingPage clusterId={clusterId} initial={initial} />
}
