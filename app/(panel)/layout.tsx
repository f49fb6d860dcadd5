import { redirect } from "next/navigation"
import type { ReactNode } from "react"
import { Shell } from "@/components/shell/shell"
import { serverCaller } from "@/lib/verbs/caller"

export default async function PanelLayout({ children }: { readonly children: ReactNode }) {
  const { user, isDemo } = await (await serverCaller()).session.me({})
  if (!user) redirect("/login")
  return (
    <Shell user={user.name} isDemo={isDemo}>
      {children}
    </Shell>
  )
}
