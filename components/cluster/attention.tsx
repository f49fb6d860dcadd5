"use client"
import { aboutOf } from "@/components/plan/titles"
import { Age } from "@/components/ui/age"
import { LinkButton } from "@/components/ui/button"
import { Banner } from "@/components/ui/card"
import type { Mark } from "@/components/ui/state-mark"
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

function useSay(clusterId: string) {
  const t = useTranslations()
  const reason = useCoded("events")
  const titles = useCoded("plans")
  const because = (r: { code: string; params: Readonly<Record<string, string>> } | null) =>
    r ? reason(`reasons.${r.code}`, r.params) : undefined
  return (item: Item): { mark: Mark; title: string; text?: string | undefined; href: string; sinceMs?: number } => {
    switch (item.kind) {
      case "node":
        return {
          mark: nodeMark[item.state],
          title: t("overview.needNode", { node: item.node, state: t(`common.nodeStates.${item.state}`) }),
          text: because(item.reason),
          href: `/c/${clusterId}/nodes/${item.node}`,
          sinceMs: item.sinceMs,
        }
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

/** What waits for a person: it stays until it is over or was seen. */
export function Attention({ view }: { readonly view: OverviewView }) {
  const t = useTranslations("overview")
  const say = useSay(view.cluster.id)
  if (view.attention.length === 0) return null
  return (
    <ul aria-label={t("attention")} className="mb-3.5 grid gap-2">
      {view.attention.map((item) => {
        const { mark, title, text, href, sinceMs } = say(item)
        return (
          <li key={keyOf(item)}>
            <Banner mark={mark}>
              <span className="min-w-0 flex-1">
                <b>{title}</b> {sinceMs !== undefined && <Age atMs={sinceMs} nowMs={view.nowMs} />}
                {text !== undefined && <span className="block font-mono text-[12px] break-words text-ink2">{text}</span>}
              </span>
              <LinkButton href={href}>{t("look")}</LinkButton>
            </Banner>
          </li>
        )
      })}
    </ul>
  )
}
