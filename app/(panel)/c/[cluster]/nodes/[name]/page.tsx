import { NodePage } from "@/components/node/node-page"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string; readonly name: string }> }) {
  const { cluster: clusterId, name } = await params
  const caller = await serverCaller()
  const [initial, initialLost, { user }] = await Promise.all([
    forPage(() => caller.node.get({ clusterId, name })),
    forPage(() => caller.fence.lost({ clusterId, name })),
    caller.session.me({}),
  ])
  return <NodePage {...{ clusterId, initial, initialLost, me: user }} />
}
