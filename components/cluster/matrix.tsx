"use client"
import Link from "next/link"
import { memo } from "react"
import { FactValue } from "@/components/ui/age"
import { Meter, Scroll } from "@/components/ui/card"
import { StateMark, Tag } from "@/components/ui/state-mark"
import type { MatrixCell, NodeSummary, OverviewView, ServiceRow } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"
import { Cell, useCellWords } from "./cell"
import { nodeMark, serviceMark } from "./marks"

/** More rows than this are drawn only where one looks. */
export const MANY = 60
export type Ask = (service: string, cell: MatrixCell) => void
/** The columns that are drawn, from..to-1, of how many; one empty cell stands for those on either side. */
export type Columns = { readonly from: number; readonly to: number; readonly of: number }
export type MatrixProps = { readonly view: OverviewView; readonly onAsk: Ask }

function NodeHead({ node, view }: { readonly node: NodeSummary; readonly view: OverviewView }) {
  const t = useTranslations("common")
  return (
    <>
      <span className="flex items-center gap-1.5">
        <StateMark mark={nodeMark[node.state]} />
        <Link href={`/c/${view.cluster.id}/nodes/${node.name}`} className="font-semibold no-underline hover:underline">
          {node.name}
        </Link>
        {node.state === "online" ? (
          <span className="sr-only">{t("nodeStates.online")}</span>
        ) : (
          <span className="text-xs font-medium text-warn">{t(`nodeStates.${node.state}`)}</span>
        )}
      </span>
      <span className="mt-1 flex items-center gap-2 font-mono text-[11px] font-normal text-ink3">
        {node.host}
        {node.port === 22 ? "" : `:${node.port}`}
      </span>
      <span className="mt-1 block font-normal">
        <FactValue fact={node.load} nowMs={view.nowMs}>
          {({ one }) => <Meter share={one / (node.cpus ?? 1)} label={`${node.name}: load ${one}`} />}
        </FactValue>
      </span>
    </>
  )
}

const Beside = ({ count }: { readonly count: number }) => (count > 0 ? <td colSpan={count} /> : null)
export function MatrixHead({ view, columns }: { readonly view: OverviewView; readonly columns?: Columns }) {
  const t = useTranslations("overview")
  const members = view.nodes.filter((n) => n.isMember)
  const { from, to, of } = columns ?? { from: 0, to: members.length, of: members.length }
  return (
    <thead>
      <tr>
        <th scope="col" className="w-52 border-b px-3 py-2.5 text-left align-bottom font-medium">
          {t("service")}
        </th>
        <Beside count={from} />
        {members.slice(from, to).map((node) => (
          <th
            key={node.name}
            scope="col"
            className={`min-w-40 border-b px-3 py-2.5 text-left align-bottom font-medium ${node.state === "online" ? "" : "bg-sunk"}`}
          >
            <NodeHead node={node} view={view} />
          </th>
        ))}
        <Beside count={of - to} />
      </tr>
    </thead>
  )
}
export const MatrixRow = memo(function MatrixRow({ clusterId, row, nowMs, onAsk, columns }: RowProps) {
  const words = useCellWords()
  const { from, to, of } = columns ?? { from: 0, to: row.cells.length, of: row.cells.length }
  return (
    <tr>
      <th scope="row" className="h-12 border-b px-3 text-left font-normal">
        <Link href={`/c/${clusterId}/services/${row.name}`} className="font-semibold no-underline hover:underline" prefetch={false}>
          {row.name}
        </Link>
        {row.address && <span className="ml-1.5 font-mono text-[11px] text-ink3">{row.address}</span>}
      </th>
      <Beside count={from} />
      {row.cells.slice(from, to).map((cell) => (
        <td key={cell.node} className="border-b px-1.5">
          <Cell clusterId={clusterId} row={row} cell={cell} nowMs={nowMs} onAsk={onAsk} words={words} />
        </td>
      ))}
      <Beside count={of - to} />
    </tr>
  )
})
type RowProps = {
  readonly clusterId: string
  readonly row: ServiceRow
  readonly nowMs: number
  readonly onAsk: Ask
  readonly columns?: Columns
}

/** Services are rows, nodes are columns: what runs where, where may it run, and how is it moved. */
export function Matrix({ view, onAsk }: MatrixProps) {
  const t = useTranslations("overview")
  return (
    <Scroll label={t("title")}>
      <table className="w-full border-separate border-spacing-0">
        <MatrixHead view={view} />
        <tbody>
          {view.services.map((row) => (
            <MatrixRow key={row.name} clusterId={view.cluster.id} row={row} nowMs={view.nowMs} onAsk={onAsk} />
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

/** The same at 390 px: a card a service, its cells side by side. */
export function MatrixCards({ view, onAsk }: MatrixProps) {
  const words = useCellWords()
  return (
    <ul className="grid gap-3 md:hidden">
      {view.services.map((row) => (
        <li key={row.name} className="rounded-lg border bg-panel p-3">
          <CardHead clusterId={view.cluster.id} row={row} />
          {view.services.length > MANY ? null : (
            <div className="mt-2.5 grid grid-cols-1 gap-1.5">
              {row.cells.map((cell) => (
                <Cell
                  key={cell.node}
                  clusterId={view.cluster.id}
                  row={row}
                  cell={cell}
                  nowMs={view.nowMs}
                  onAsk={onAsk}
                  words={words}
                  withNode
                />
              ))}
            </div>
          )}
        </li>
      ))}
    </ul>
  )
}
function CardHead({ clusterId, row }: { readonly clusterId: string; readonly row: ServiceRow }) {
  const t = useTranslations()
  const { state, owner } = row.status
  return (
    <>
      <div className="flex items-center justify-between gap-2">
        <Link href={`/c/${clusterId}/services/${row.name}`} className="font-semibold no-underline">
          {row.name}
        </Link>
        <Tag mark={serviceMark[state]}>{t(`common.states.${state}`)}</Tag>
      </div>
      <p className="text-ink2">{[owner ? t("overview.on", { node: owner }) : undefined, row.address].filter(Boolean).join(" · ")}</p>
    </>
  )
}
