"use client"
import Link from "next/link"
import type { ReactNode } from "react"
import { readinessMark } from "@/components/service/rehearsal-card"
import { Age } from "@/components/ui/age"
import { useReport } from "@/components/ui/reports"
import { type Mark, StateMark } from "@/components/ui/state-mark"
import type { Coded, MatrixCell, ServiceRow } from "@/lib/domain/views"
import { useCoded, useTranslations } from "@/lib/i18n/use"
import { placeOf, useCarried, useDrag } from "./drag"
import { serviceMark } from "./marks"
import type { Ask } from "./matrix"

const shape = "group flex min-h-8 w-full items-center gap-2 rounded-md px-2.5 text-left max-md:min-h-11"
const tones: Readonly<Record<Mark, string>> = {
  ok: "bg-ok-soft text-ok font-medium",
  move: "bg-accent-soft text-accent font-medium",
  off: "text-ink3",
  need: "bg-warn-soft text-warn font-medium",
  bad: "bg-bad-soft text-bad font-medium",
  unknown: "border border-dashed text-ink2",
}
/** While its service is carried: a place that takes it, and one that does not. */
const takes = { no: "", elsewhere: "border-accent", here: "bg-accent-soft ring-2 ring-accent" }
const refuses = { no: "", elsewhere: "cursor-not-allowed opacity-70", here: "cursor-not-allowed ring-2 ring-warn" }
type CellProps = {
  readonly clusterId: string
  readonly row: ServiceRow
  readonly cell: MatrixCell
  readonly nowMs: number
  readonly onAsk: Ask
  readonly words: ReturnType<typeof useCellWords>
  readonly withNode?: boolean
}

/** The words of all cells of a row: made once a row, for a matrix may have 50 columns. */
export function useCellWords() {
  const t = useTranslations()
  const words = useReport()
  const common = useCoded("common")
  /** Why not now, to be said after "cannot go there:". */
  const notNow = (why: Coded): string => {
    if (why.code.startsWith("node.")) return common(`nodeStates.${why.code.slice(5)}`)
    return why.code === "targetIllegal" && why.params.because ? common(`score.${why.params.because}`) : words(why)
  }
  return { t, notNow, said: (code: string) => common(`score.${code}`) }
}
/** One place for one service. Pointing at it, or reaching it by keyboard, tells in words what a click will do. */
export function Cell({ clusterId, row, cell, nowMs, onAsk, words, withNode = false }: CellProps) {
  const { t, notNow, said } = words
  const { node, priority } = cell
  const head: ReactNode = withNode && <b className="w-10 flex-none">{node}</b>
  const tail: ReactNode = priority !== null && (
    <span className="ml-auto text-[11px]" title={t("overview.priority", { n: priority })}>
      {priority}
    </span>
  )
  const { begin, wasDragged } = useDrag()
  const carried = useCarried(row.name, node)
  switch (cell.kind) {
    case "owner": {
      const state = t(`common.states.${cell.state}`)
      return (
        <Link
          href={`/c/${clusterId}/services/${row.name}`}
          aria-label={t("overview.cellOwner", { service: row.name, node, state })}
          draggable={false}
          onPointerDown={(event) => begin(row.name, event)}
          onClick={(event) => event.detail > 0 && wasDragged() && event.preventDefault()}
          className={`${shape} select-none no-underline [-webkit-touch-callout:none] ${tones[serviceMark[cell.state]]}`}
        >
          {head}
          <StateMark mark={serviceMark[cell.state]} />
          <span className="truncate">
            {state}
            {row.status.isFrozen && ` · ${t("services.frozen")}`}
            {row.status.off.length > 0 && ` · ${t("overview.partial")}`}
          </span>
          <span className="ml-auto text-xs font-normal">
            <Age atMs={cell.sinceMs} nowMs={nowMs} />
          </span>
        </Link>
      )
    }
    case "can": {
      const action = cell.action === "relocate" ? t("overview.relocateHere") : t("overview.startHere")
      return (
        <button
          type="button"
          onClick={() => onAsk(row.name, cell)}
          aria-label={t("overview.cellCan", {
            action: t(`common.actions.${cell.action}`),
            service: row.name,
            node,
            reason: said(cell.because),
          })}
          title={`${action}: ${said(cell.because)}`}
          {...placeOf(row.name, node)}
          className={`${shape} ${takes[carried]} border border-dashed text-ink3 hover:border-solid hover:border-accent hover:bg-accent-soft hover:text-accent focus-visible:border-solid focus-visible:border-accent focus-visible:bg-accent-soft focus-visible:text-accent`}
        >
          {head}
          <span className="truncate group-hover:hidden group-focus-visible:hidden max-md:hidden">—</span>
          <span className="hidden truncate font-medium group-hover:inline group-focus-visible:inline max-md:inline">{action}</span>
          {cell.readiness !== null && cell.readiness !== "ready" && (
            <span title={t(`rehearsal.cell.${cell.readiness}`)} className="flex items-center">
              <StateMark mark={readinessMark[cell.readiness]} />
              <span className="sr-only">{t(`rehearsal.cell.${cell.readiness}`)}</span>
            </span>
          )}
          {tail}
        </button>
      )
    }
    case "next":
      return (
        <div {...placeOf(row.name, node, t("overview.next"))} className={`${shape} ${refuses[carried]} ${tones.move}`}>
          {head}
          <StateMark mark="off" />
          {t("overview.next")}
        </div>
      )
    case "alsoHere":
      return (
        <div
          {...placeOf(row.name, node, t("overview.alsoHere", { resources: cell.resources.join(", ") }))}
          className={`${shape} ${refuses[carried]} ${tones.need}`}
        >
          {head}
          <StateMark mark="need" />
          <span className="text-xs">{t("overview.alsoHere", { resources: cell.resources.join(", ") })}</span>
        </div>
      )
    case "notNow": {
      const reason = notNow(cell.why)
      return (
        <div {...placeOf(row.name, node, reason)} className={`${shape} ${refuses[carried]} text-ink3`} title={reason}>
          {head}
          <span className="sr-only">{t("overview.cellNotNow", { service: row.name, node, reason })}</span>
          <span aria-hidden="true" className="truncate text-xs">
            {carried === "no" ? t("overview.notNow") : reason}
          </span>
          {tail}
        </div>
      )
    }
    case "never":
      return (
        <div
          {...placeOf(row.name, node, said(cell.because))}
          className={`${shape} ${refuses[carried]} hatched text-ink3`}
          title={said(cell.because)}
        >
          {head}
          <span className="sr-only">{t("overview.cellNever", { service: row.name, node, reason: said(cell.because) })}</span>
          {carried !== "no" && (
            <span aria-hidden="true" className="truncate text-xs">
              {said(cell.because)}
            </span>
          )}
        </div>
      )
    default:
      return cell satisfies never
  }
}
