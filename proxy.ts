import { type NextRequest, NextResponse } from "next/server"
import { contentSecurityPolicy, securityHeaders } from "./lib/auth/csp"

/**
 * Runs before every answer of Next, files too. A nonce a request: Next takes it from the request's own policy for the one inline
 * script that it needs, which works for pages made for each request only (scripts/lib/ask.mjs looks that it does).
 */
export function proxy(request: NextRequest): NextResponse {
  const nonce = btoa(crypto.randomUUID())
  const headers = new Headers(request.headers)
  headers.set("x-nonce", nonce)
  headers.set("x-moyai-path", request.nextUrl.pathname + request.nextUrl.search)
  headers.set("content-security-policy", contentSecurityPolicy(nonce))
  const response = NextResponse.next({ request: { headers } })
  const isHttps = process.env.MOYAI_PUBLIC_URL?.startsWith("https:") ?? false
  for (const [name, value] of Object.entries(securityHeaders(nonce, isHttps))) response.headers.set(name, value)
  return response
}
