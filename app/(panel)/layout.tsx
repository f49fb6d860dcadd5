import type { ReactNode } from "react"
import { Arrival } from "@/components/auth/arrival"
import { Shell } from "@/components/shell/shell"
import { serverCaller } from "@/lib/verbs/caller"
import { isFromElsewhere, toLogin } from "@/lib/verbs/page"

export default async function PanelLayout({ children }: { readonly children: ReactNode }) {
  const { user, isDemo } = await (await serverCaller()).session.me({})
  if (!user) return (await isFromElsewhere()) ? <Arrival /> : toLogin()
  return (
    <Shell user={user.name} isDemo={isDemo}>
      {children}
    </Shell>
  )
}
