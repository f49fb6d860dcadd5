import { ConfPage } from "@/components/conf/conf-page"
import { mayAct } from "@/lib/domain/roles"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  const { cluster: clusterId } = await params
  const { user } = await forPage(async () => (await serverCaller()).session.me({}))
  return <ConfPage clusterId={clusterId} isAdmin={mayAct(user?.role, "admin")} />
}
