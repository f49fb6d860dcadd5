import { AlertsPage } from "@/components/alert/alerts-page"
import { mayAct } from "@/lib/domain/roles"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  const { cluster: clusterId } = await params
  const initial = await forPage(async () => {
    const { alert, session } = await serverCaller()
    const [rules, sent, { user, nowMs }] = await Promise.all([alert.rules({ clusterId }), alert.sent({ clusterId }), session.me({})])
    const channels = mayAct(user?.role, "admin") ? await alert.channels({}) : null
    return { rules, sent, channels, nowMs }
  })
  return <AlertsPage clusterId={clusterId} initial={initial} />
}
