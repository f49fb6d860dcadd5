import { redirect } from "next/navigation"
import { LoginForm } from "@/components/auth/login-form"
import { ownPath } from "@/lib/domain/own-path"
import { serverCaller } from "@/lib/verbs/caller"

type LoginProps = { readonly searchParams: Promise<{ readonly to?: string | string[] }> }
export default async function LoginPage({ searchParams }: LoginProps) {
  const { to } = await searchParams
  const wanted = ownPath(typeof to === "string" ? to : undefined)
  const { user, needsSetup } = await (await serverCaller()).session.me({})
  if (needsSetup) redirect("/setup")
  if (user) redirect(wanted)
  return <LoginForm to={wanted} />
}
