import { notFound } from "next/navigation"
import { DeviceCard } from "@/components/fence/device-card"
import { DeviceForm } from "@/components/fence/device-form"
import { mayAct } from "@/lib/domain/roles"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string; readonly name: string }> }) {
  const { cluster: clusterId, name } = await params
  const [devices, { user }] = await forPage(async () => {
    const { fence, session } = await serverCaller()
    return Promise.all([fence.devices({ clusterId }), session.me({})])
  })
  const was = devices.find((d) => d.name === name)
  if (!was) notFound()
  return mayAct(user?.role, "admin") ? <DeviceForm clusterId={clusterId} was={was} /> : <DeviceCard device={was} />
}
