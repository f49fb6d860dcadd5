const BASE = "http://panel.invalid"

/** Where somebody wanted to go before they logged in: a page of the panel itself, or its start for anything else (an open redirect). */
export function ownPath(wanted: string | null | undefined): string {
  if (!wanted?.startsWith("/") || !URL.canParse(wanted, BASE)) return "/"
  const { origin, pathname, search } = new URL(wanted, BASE)
  return origin === BASE && /^\/(c\/|clusters\/|settings(\/|$))/.test(pathname) ? `${pathname}${search}` : "/"
}
