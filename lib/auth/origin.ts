/**
 * True when a change was asked for by the panel's own pages: Fetch Metadata where the browser sends it, Origin against Host otherwise.
 * Without either (curl) there is no browser to be abused; the session cookie is SameSite=Strict besides.
 */
export function isSameOrigin(headers: { readonly get: (name: string) => string | null }, publicUrl: string | undefined): boolean {
  const site = headers.get("sec-fetch-site")
  if (site !== null && site !== "same-origin" && site !== "none") return false
  const origin = headers.get("origin")
  if (origin === null) return site !== null || headers.get("cookie") === null || headers.get("user-agent")?.startsWith("Mozilla") !== true
  const allowed = publicUrl === undefined ? undefined : new URL(publicUrl).host
  const host = URL.canParse(origin) ? new URL(origin).host : ""
  return host !== "" && (host === allowed || host === headers.get("host"))
}
