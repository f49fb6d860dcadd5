"use client"
import { useQuery } from "@tanstack/react-query"
import { usePathname, useRouter } from "next/navigation"
import { type KeyboardEvent, useState } from "react"
import { LockPlanDialog, NodePlanDialog, PlanDialog } from "@/components/plan/plan-dialog"
import { Dialog } from "@/components/ui/dialog"
import { api } from "@/lib/client/api"
import type { OverviewView, ServiceAction } from "@/lib/domain/views"
import { serviceActions } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"
import { found } from "./find"

type Asked =
  | { readonly kind: "service"; readonly service: string; readonly action: ServiceAction; readonly target?: string }
  | { readonly kind: "node"; readonly node: string; readonly action: "maintain" | "return" }
  | { readonly kind: "lock"; readonly action: "lock" | "unlock" }
/** What can be found: words to match (both languages' names of commands are in them), and where it leads. */
type Item = { readonly id: string; readonly words: string; readonly to: { readonly href: string } | Asked }
const places = ["overview", "services", "nodes", "domains", "timeline", "activity", "settings"] as const
const SHOWN = 12

function useItems(clusterId: string, view: OverviewView | undefined): readonly Item[] {
  const t = useTranslations()
  const hrefOf = (place: (typeof places)[number]) =>
    place === "settings" ? "/settings" : place === "overview" ? `/c/${clusterId}` : `/c/${clusterId}/${place}`
  const pages = places.map((place): Item => ({ id: place, words: t(`shell.${place}`), to: { href: hrefOf(place) } }))
  if (!view) return pages
  const services = view.services.flatMap(({ name, cells }): readonly Item[] => [
    { id: `s ${name}`, words: name, to: { href: `/c/${clusterId}/services/${name}` } },
    ...serviceActions.map(
      (action): Item => ({
        ...{ id: `${action} ${name}`, words: `${t(`common.actions.${action}`)} ${name} · ${action}` },
        to: { kind: "service", service: name, action },
      }),
    ),
    ...cells.flatMap((cell): readonly Item[] =>
      cell.kind === "can"
        ? [
            {
              id: `${cell.action} ${name} ${cell.node}`,
              words: `${t(`common.actions.${cell.action}`)} ${name} → ${cell.node} · ${cell.action}`,
              to: { kind: "service", service: name, action: cell.action, target: cell.node },
            },
          ]
        : [],
    ),
  ])
  const nodes = view.nodes.flatMap(({ name, isInMaintenance }): readonly Item[] => {
    const action = isInMaintenance ? "return" : "maintain"
    return [
      { id: `n ${name}`, words: name, to: { href: `/c/${clusterId}/nodes/${name}` } },
      { id: `${action} ${name}`, words: `${t(`common.actions.${action}`)} ${name} · ${action}`, to: { kind: "node", node: name, action } },
    ]
  })
  const lock = view.isLocked ? "unlock" : "lock"
  return [
    ...services,
    ...nodes,
    ...pages,
    { id: lock, words: `${t(`common.actions.${lock}`)} · ${lock}`, to: { kind: "lock", action: lock } },
  ]
}

/** Find or do: by the keyboard alone, in either language. An action leads to its plan, as every other way does. */
export default function Palette({ onClose }: { readonly onClose: () => void }) {
  const t = useTranslations("shell")
  const router = useRouter()
  const path = usePathname()
  const clusters = useQuery(api.cluster.list.queryOptions({ input: {} }))
  const [, , wanted] = path.split("/")
  const clusterId = (clusters.data?.find(({ id }) => id === wanted) ?? clusters.data?.[0])?.id ?? ""
  const { data: view } = useQuery({ ...api.overview.get.queryOptions({ input: { clusterId } }), enabled: clusterId !== "" })
  const [text, setText] = useState("")
  const [at, setAt] = useState(0)
  const [asked, setAsked] = useState<Asked>()
  const items = found(useItems(clusterId, view), text).slice(0, SHOWN)
  const chosen = items[Math.min(at, items.length - 1)]
  const run = (item: Item | undefined) => {
    if (!item) return
    if ("kind" in item.to) return setAsked(item.to)
    router.push(item.to.href)
    onClose()
  }
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0
    if (step === 0 && event.key !== "Enter") return
    event.preventDefault()
    if (step !== 0) setAt((Math.min(at, items.length - 1) + step + items.length) % Math.max(1, items.length))
    else run(chosen)
  }
  if (asked?.kind === "service") {
    const { kind: _, ...ask } = asked
    return <PlanDialog clusterId={clusterId} {...ask} onClose={onClose} />
  }
  if (asked?.kind === "node") return <NodePlanDialog clusterId={clusterId} node={asked.node} action={asked.action} onClose={onClose} />
  if (asked?.kind === "lock") return <LockPlanDialog clusterId={clusterId} action={asked.action} onClose={onClose} />
  return (
    <Dialog title={t("find")} onClose={onClose}>
      <input
        role="combobox"
        aria-label={t("find")}
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={chosen && `palette-${items.indexOf(chosen)}`}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKey}
        placeholder={t("findHint")}
        className="mt-3 w-full rounded-md border bg-bg px-3 py-2"
      />
      <div id="palette-list" role="listbox" aria-label={t("found")} className="mt-2 grid gap-0.5">
        {items.map((item, i) => (
          <div
            key={item.id}
            id={`palette-${i}`}
            role="option"
            aria-selected={item === chosen}
            tabIndex={-1}
            onClick={() => run(item)}
            onKeyDown={onKey}
            className={`cursor-pointer rounded-md px-3 py-1.5 ${item === chosen ? "bg-accent-soft text-accent" : ""}`}
          >
            {item.words.split(" · ")[0]}
          </div>
        ))}
      </div>
      {items.length === 0 && <p className="mt-2 text-ink2">{t("notFound")}</p>}
    </Dialog>
  )
}
