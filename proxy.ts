import { type NextRequest, NextResponse } from "next/server"
import { contentSecurityPolicy, securityHeaders } from "./lib/auth/csp"

/** A nonce a request: Next takes it from the request's own policy for the one inline script that it needs. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = btoa(crypto.randomUUID())
  const headers = new Headers(request.headers)
  headers.set("x-nonce", nonce)
  headers.set("content-security-policy", contentSecurityPolicy(nonce))
  const response = NextResponse.next({ request: { headers } })
  const isHttps = process.env.MOYAI_PUBLIC_URL?.startsWith("https:") ?? false
  for (const [name, value] of Object.entries(securityHeaders(nonce, isHttps))) response.headers.set(name, value)
  return response
}
export const config = { matcher: ["/((?!_next/static|favicon.ico).*)"] }
