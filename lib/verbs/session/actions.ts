"use server"
import { cookies, headers } from "next/headers"
import { redirect } from "next/navigation"
import { endSession } from "../../auth/session"
import type { Report } from "../../domain/report"
import { engine } from "../../engine"
import { currentCtx } from "../caller"
import { cookieName } from "../request"
import { type Entrance, login } from "./login"
import { setup } from "./setup"

export type ActionResult = { readonly ok: true } | { readonly ok: false; readonly reports: readonly Report[] }
const isHttps = () => engine().publicUrl?.startsWith("https:") ?? false

async function clientOf() {
  const h = await headers()
  return { address: h.get("x-moyai-address") ?? "", agent: h.get("user-agent") ?? "" }
}
/** The token goes into a cookie that no script can read and no other site can send. */
async function enter(entrance: Entrance): Promise<ActionResult> {
  if (!entrance.ok) return entrance
  const { token, expiresAt: expires } = entrance
  ;(await cookies()).set(cookieName(isHttps()), token, { httpOnly: true, sameSite: "strict", secure: isHttps(), path: "/", expires })
  return { ok: true }
}
export async function loginAction(input: { readonly name: string; readonly password: string }): Promise<ActionResult> {
  return enter(await login(await currentCtx(), input, await clientOf()))
}
export async function setupAction(input: {
  readonly token: string
  readonly name: string
  readonly password: string
}): Promise<ActionResult> {
  return enter(await setup(await currentCtx(), input, await clientOf()))
}
export async function logoutAction(): Promise<void> {
  const jar = await cookies()
  const token = jar.get(cookieName(isHttps()))?.value
  if (token !== undefined) await endSession(engine().db, token)
  jar.delete(cookieName(isHttps()))
  redirect("/login")
}
