import { DeviceForm } from "@/components/fence/device-form"
import { MayNot } from "@/components/fence/may-not"
import { mayAct } from "@/lib/domain/roles"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  const { cluster: clusterId } = await params
  const role = await forPage(async () => {
    const { fence, session } = await serverCaller()
    const [{ user }] = await Promise.all([session.me({}), fence.devices({ clusterId })])
    return user?.role
  })
  return mayAct(role, "admin") ? <DeviceForm clusterId={clusterId} was={null} /> : <MayNot clusterId={clusterId} />
}
