type Headers = { readonly get: (name: string) => string | null }

/**
 * True when a change was asked for by the panel's own pages: Fetch Metadata where the browser sends it, and Origin against the panel's address.
 * Without either (curl) there is no browser to be abused; the session cookie is SameSite=Strict besides.
 */
export function isSameOrigin(headers: Headers, publicUrl: string | undefined): boolean {
  const site = headers.get("sec-fetch-site")
  if (site !== null && site !== "same-origin" && site !== "none") return false
  const origin = headers.get("origin")
  if (origin !== null) return isOurs(origin, headers.get("host"), publicUrl)
  const isBrowser = headers.get("user-agent")?.startsWith("Mozilla") === true
  return site !== null || headers.get("cookie") === null || !isBrowser
}
function isOurs(origin: string, hostHeader: string | null, publicUrl: string | undefined): boolean {
  const { host } = URL.canParse(origin) ? new URL(origin) : { host: "" }
  if (host === "") return false
  const ours = publicUrl === undefined ? undefined : new URL(publicUrl)
  // The public address with its scheme: a page that somebody on the way serves by http under our name is not ours.
  return host === ours?.host ? origin === ours.origin : host === hostHeader
}
