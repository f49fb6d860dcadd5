import { Audit } from "@/components/settings/audit"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page() {
  return <Audit initial={await forPage(async () => (await serverCaller()).audit.list({}))} />
}
