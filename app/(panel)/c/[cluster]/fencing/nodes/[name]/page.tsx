import { notFound } from "next/navigation"
import { LevelsForm } from "@/components/fence/levels-form"
import { NodeLevels } from "@/components/fence/node-levels"
import { mayAct } from "@/lib/domain/roles"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string; readonly name: string }> }) {
  const { cluster: clusterId, name } = await params
  const [nodes, devices, { user, nowMs }] = await forPage(async () => {
    const { fence, session } = await serverCaller()
    return Promise.all([fence.nodes({ clusterId }), fence.devices({ clusterId }), session.me({})])
  })
  const was = nodes.find(({ node }) => node === name)
  if (!was) notFound()
  return mayAct(user?.role, "admin") ? (
    <LevelsForm clusterId={clusterId} was={was} devices={devices} />
  ) : (
    <NodeLevels view={was} nowMs={nowMs} />
  )
}
