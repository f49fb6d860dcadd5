"use client"
import { useQuery } from "@tanstack/react-query"
import Link from "next/link"
import { usePathname } from "next/navigation"
import { Fragment } from "react"
import { api } from "@/lib/client/api"
import { useTranslations } from "@/lib/i18n/use"

const places = ["services", "balancers", "nodes", "fencing", "domains", "activity", "timeline", "alerts", "demo"] as const
/** Where one is, and the way up: cluster, place, thing. A narrow window has the menu and the page's own title. */
export function Crumbs() {
  const t = useTranslations("shell")
  const path = usePathname()
  const clusters = useQuery(api.cluster.list.queryOptions({ input: {} }))
  const [, root = "", id = "", part, ...rest] = path.split("/")
  // Fencing has two kinds of things, so their names stand one deeper.
  const name = part === "fencing" ? rest[1] : rest[0]
  const cluster = root === "c" ? clusters.data?.find((one) => one.id === id) : undefined
  const place = places.find((one) => one === part)
  const home = `/c/${id}`
  const crumbs: readonly (readonly [words: string, href: string])[] = cluster
    ? [
        [cluster.name, home],
        ...(place ? [[t(place), `${home}/${place}`] as const] : part === undefined ? [[t("overview"), home] as const] : []),
        ...(place && name !== undefined && name !== "new" && name !== "add" && !(place === "balancers" && name === "adopt")
          ? [[decodeURIComponent(name), `${home}/${place}/${rest.join("/")}`] as const]
          : []),
      ]
    : root === "settings"
      ? [[t("settings"), "/settings"]]
      : []
  return (
    <nav aria-label={t("crumbs")} className="min-w-0 truncate text-ink2 max-lg:hidden">
      {crumbs.map(([words, href], i) => (
        <Fragment key={words}>
          {i > 0 && <span aria-hidden="true"> / </span>}
          {href === path ? (
            <b aria-current="page" className="font-semibold text-ink">
              {words}
            </b>
          ) : (
            <Link href={href} className="no-underline hover:underline">
              {words}
            </Link>
          )}
        </Fragment>
      ))}
    </nav>
  )
}
