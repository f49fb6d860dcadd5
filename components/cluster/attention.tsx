"use client"
import { useBy } from "@/components/lost/words"
import { aboutOf } from "@/components/plan/titles"
import { Age } from "@/components/ui/age"
import { LinkButton } from "@/components/ui/button"
import { Banner } from "@/components/ui/card"
import type { Mark } from "@/components/ui/state-mark"
import { balancerNeeds } from "@/lib/domain/balancer-needs"
import type { BalancerRow } from "@/lib/domain/balancer-view"
import type { Attention as Item, OverviewView } from "@/lib/domain/views"
import { useCoded, useTranslations } from "@/lib/i18n/use"
import { jobMark, nodeMark, serviceMark } from "./marks"

const keyOf = (item: Item): string =>
  JSON.stringify([
    item.kind,
    "service" in item && item.service,
    "node" in item && item.node,
    "jobId" in item && item.jobId,
    "unit" in item && item.unit,
  ])

type Said = { mark: Mark; title: string; text?: string | undefined; href: string; sinceMs?: number; go?: string }
type NodeItem = Extract<Item, { kind: "node" }>
const isCutOff = (item: Item): item is NodeItem => item.kind === "node" && item.reason?.code === "panelCutOff"

/** A node that is away, as its own page says it. */
function useSayNode(clusterId: string) {
  const t = useTranslations("lost")
  const reason = useCoded("events")
  const say = useBy()
  const titleOf = ({ node, state, reason: r }: NodeItem): string => {
    if (r?.code === "seenByOthers") {
      const peers = (r.params.by ?? "").split(", ").filter((who) => who !== "channel" && who !== "connect")
      return peers.length > 0 ? t("att.seen", { node, by: say(peers) }) : t("headline.answersBadly", { node })
    }
    return t(`att.${state === "online" || state === "unknown" ? "unreachable" : state}`, { node })
  }
  return (item: NodeItem): Said => ({
    ...{ mark: nodeMark[item.state], title: titleOf(item), href: `/c/${clusterId}/nodes/${item.node}`, sinceMs: item.sinceMs },
    text:
      item.reason === null || item.reason.code === "seenByOthers" ? undefined : reason(`reasons.${item.reason.code}`, item.reason.params),
  })
}
/** What the night will be like on which one of them fails, in one row for all. */
function useSayNoFencing(clusterId: string) {
  const t = useTranslations("lost.att")
  return ({ nodes }: Extract<Item, { kind: "noFencing" }>): Said => {
    const of = (...which: readonly string[]) => nodes.filter(({ readiness }) => which.includes(readiness)).map(({ node }) => node)
    const bad = of("none", "testFailed")
    const each = (["none", "testFailed", "untested"] as const).filter((r) => of(r).length > 0)
    const why = each.map((r) => t(`readiness.${r}`, { nodes: of(r).join(", ") })).join(" · ")
    return {
      mark: "need",
      title: bad.length > 0 ? t("noFencing", { nodes: bad.join(", ") }) : t("untestedOnly", { nodes: of("untested").join(", ") }),
      text: `${t("noFencingText")} ${why}`,
      ...{ href: `/c/${clusterId}/fencing`, go: t("toFencing") },
    }
  }
}
function useSay(clusterId: string) {
  const t = useTranslations()
  const sayNode = useSayNode(clusterId)
  const sayNoFencing = useSayNoFencing(clusterId)
  const reason = useCoded("events")
  const titles = useCoded("plans")
  const because = (r: { code: string; params: Readonly<Record<string, string>> } | null) =>
    r ? reason(`reasons.${r.code}`, r.params) : undefined
  return (item: Item): Said => {
    switch (item.kind) {
      case "node":
        return sayNode(item)
      case "noFencing":
        return sayNoFencing(item)
      case "service":
        return {
          mark: serviceMark[item.state],
          title: t("overview.needService", { service: item.service, state: t(`common.states.${item.state}`) }),
          text: because(item.reason),
          href: item.jobId ? `/c/${clusterId}/jobs/${item.jobId}` : `/c/${clusterId}/services/${item.service}`,
          sinceMs: item.sinceMs,
        }
      case "job":
        return {
          mark: jobMark[item.state],
          title: t("overview.needJob", {
            what: titles(`titles.${item.subject.kind}`, aboutOf(item.subject)),
            state: t(`common.jobStates.${item.state}`),
          }),
          text: because(item.reason),
          href: `/c/${clusterId}/jobs/${item.jobId}`,
          sinceMs: item.sinceMs,
        }
      case "twice":
        return {
          mark: "bad",
          title: t("overview.needTwice", { service: item.service, nodes: item.nodes.join(", ") }),
          href: `/c/${clusterId}/services/${item.service}`,
        }
      case "bootEnabled":
        return {
          mark: "need",
          title: t("overview.needBoot", { unit: item.unit, service: item.service, nodes: item.nodes.join(", ") }),
          href: `/c/${clusterId}/services/${item.service}`,
        }
      case "maintenance":
        return {
          mark: "need",
          title: t(item.services.length > 0 ? "overview.needEvacuation" : "overview.inMaintenance", {
            node: item.node,
            services: item.services.join(", "),
          }),
          href: `/c/${clusterId}/nodes/${item.node}`,
        }
      case "locked":
        return { mark: "need", title: t("overview.locked", { who: item.by }), href: `/c/${clusterId}/services`, sinceMs: item.sinceMs }
      default:
        return item satisfies never
    }
  }
}

type BalancerProps = { readonly clusterId: string; readonly row: BalancerRow }
function BalancerItem({ clusterId, row }: BalancerProps) {
  const t = useTranslations("overview")
  const words = useCoded("overview")
  const needs = balancerNeeds(row)
  return (
    <li>
      <Banner mark={needs[0]?.level ?? "ok"}>
        <span className="min-w-0 flex-1">
          <b>{row.name}</b>: {needs.map(({ code, params }) => words(`balancer.${code}`, params)).join(" · ")}
        </span>
        <LinkButton href={`/c/${clusterId}/balancers/${encodeURIComponent(row.name)}/doctor`}>{t("look")}</LinkButton>
      </Banner>
    </li>
  )
}
type Props = {
  readonly view: OverviewView
  /** Only those of which something is to be said. */
  readonly balancers: readonly BalancerRow[]
}
/** What waits for a person: it stays until it is over or was seen. */
export function Attention({ view, balancers }: Props) {
  const t = useTranslations("overview")
  const say = useSay(view.cluster.id)
  const cutOff = view.attention.filter(isCutOff)
  if (view.attention.length + balancers.length === 0) return null
  return (
    <ul aria-label={t("attention")} className="mb-3.5 grid gap-2">
      {cutOff.length > 0 && <CutOff clusterId={view.cluster.id} items={cutOff} />}
      {view.attention.map((item) => {
        if (isCutOff(item)) return null
        const { mark, title, text, href, sinceMs, go } = say(item)
        return (
          <li key={keyOf(item)}>
            <Banner mark={mark}>
              <span className="min-w-0 flex-1">
                <b>{title}</b> {sinceMs !== undefined && <Age atMs={sinceMs} nowMs={view.nowMs} />}
                {text !== undefined && <span className="block font-mono text-[12px] break-words text-ink2">{text}</span>}
              </span>
              <LinkButton href={href}>{go ?? t("look")}</LinkButton>
            </Banner>
          </li>
        )
      })}
      {balancers.map((row) => (
        <BalancerItem key={row.name} clusterId={view.cluster.id} row={row} />
      ))}
    </ul>
  )
}
/** The panel reaches nobody: said once, not of every node. */
function CutOff({ clusterId, items }: { readonly clusterId: string; readonly items: readonly NodeItem[] }) {
  const t = useTranslations()
  const [first] = items
  return (
    <li>
      <Banner mark="need" isAlert>
        <span className="min-w-0 flex-1">
          <b>{t("lost.att.panelCutOff")}</b>
          <span className="block text-ink2">{t("lost.att.panelCutOffNodes", { nodes: items.map(({ node }) => node).join(", ") })}</span>
        </span>
        {first && <LinkButton href={`/c/${clusterId}/nodes/${first.node}`}>{t("overview.look")}</LinkButton>}
      </Banner>
    </li>
  )
}
