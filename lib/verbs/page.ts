import { headers } from "next/headers"
import { notFound, redirect } from "next/navigation"
import { ownPath } from "../domain/own-path"
import { isRefused } from "./verb"

/** To the login, and from there back to the page that was asked for. Throws what Next redirects by. */
export async function toLogin(): Promise<never> {
  const wanted = ownPath((await headers()).get("x-moyai-path"))
  return redirect(wanted === "/" ? "/login" : `/login?to=${encodeURIComponent(wanted)}`)
}
/** A link from elsewhere, a mail's: the browser keeps the session's cookie back, which it sends with our own page's next request. */
export const isFromElsewhere = async (): Promise<boolean> => (await headers()).get("sec-fetch-site") === "cross-site"

/** Runs a page's queries: nobody is sent to the login, what is gone is a page that says so. */
export async function forPage<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    const status = isRefused(error)
      ? error.status
      : typeof error === "object" && error !== null && "status" in error
        ? error.status
        : undefined
    if (status === 401) return toLogin()
    if (status === 404 || status === 400) notFound()
    throw error
  }
}
