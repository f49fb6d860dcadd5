import { notFound, redirect } from "next/navigation"
import { isRefused } from "./verb"

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
    if (status === 401) redirect("/login")
    if (status === 404 || status === 400) notFound()
    throw error
  }
}
