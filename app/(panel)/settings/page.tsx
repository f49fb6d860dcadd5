import { SettingsPage } from "@/components/settings/settings-page"
import { serverCaller } from "@/lib/verbs/caller"

export default async function Page() {
  const { user } = await (await serverCaller()).session.me({})
  return <SettingsPage isAdmin={user?.role === "admin"} />
}
