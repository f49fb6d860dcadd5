"use client"
import { useQuery } from "@tanstack/react-query"
import Link from "next/link"
import { usePathname } from "next/navigation"
import { api } from "@/lib/client/api"
import { useTranslations } from "@/lib/i18n/use"
import { Brand } from "./brand"

const places = ["overview", "services", "balancers", "nodes", "fencing", "domains", "activity", "timeline", "alerts"] as const
const pathOf = (clusterId: string, place: (typeof places)[number]) =>
  place === "overview" ? `/c/${clusterId}` : `/c/${clusterId}/${place}`
const look =
  "flex items-center gap-2 rounded-md px-2 py-1.5 text-ink2 no-underline hover:bg-panel aria-[current=page]:bg-panel aria-[current=page]:font-medium aria-[current=page]:text-ink aria-[current=page]:ring-1 aria-[current=page]:ring-line max-sm:py-2.5"

type NavProps = { readonly isDemo: boolean; readonly onGo?: () => void }
const nothing = () => undefined
/** Only what exists. */
export function Nav({ isDemo, onGo = nothing }: NavProps) {
  const t = useTranslations("shell")
  const path = usePathname()
  const clusters = useQuery(api.cluster.list.queryOptions({ input: {} }))
  const [, , wanted] = path.split("/")
  const current = clusters.data?.find(({ id }) => path.startsWith("/c/") && id === wanted) ?? clusters.data?.[0]
  const isHere = (href: string, isExact: boolean) => (isExact ? path === href : path.startsWith(href)) || undefined
  const item = (href: string, words: string, isExact = false, count?: number) => (
    <Link key={href} href={href} onClick={onGo} aria-current={isHere(href, isExact) && "page"} className={look}>
      {words}
      {count !== undefined && <span className="ml-auto text-xs text-ink3">{count}</span>}
    </Link>
  )
  return (
    <nav aria-label={t("menu")} className="flex h-full flex-col gap-0.5 bg-sunk px-2.5 py-3.5">
      <span className="px-2 pb-3.5">
        <Brand />
      </span>
      {current && (
        <Link href={`/c/${current.id}`} onClick={onGo} className="mb-2.5 block rounded-lg border bg-panel px-2.5 py-1.5 no-underline">
          {current.name}
          <small className="block text-xs text-ink3">
            {t("nodesCount", { n: current.nodes })}
            {current.members > 0 && (
              <>
                {" · "}
                <span className={current.isQuorate ? "" : "font-medium text-warn"}>
                  {current.isQuorate ? t("quorate") : t("notQuorate")}
                </span>
              </>
            )}
          </small>
        </Link>
      )}
      {current &&
        places.map((place) =>
          item(
            pathOf(current.id, place),
            t(place),
            place === "overview",
            place === "services" ? current.services : place === "nodes" ? current.nodes : undefined,
          ),
        )}
      <span className="flex-1" />
      {current && isDemo && item(`/c/${current.id}/demo`, t("demo"))}
      {item("/settings", t("settings"))}
    </nav>
  )
}
