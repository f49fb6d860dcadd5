"use client"
import { useVirtualizer, useWindowVirtualizer } from "@tanstack/react-virtual"
import { useMemo, useRef } from "react"
import { Scroll } from "@/components/ui/card"
import { useTranslations } from "@/lib/i18n/use"
import { MatrixHead, type MatrixProps, MatrixRow } from "./matrix"

const ROW_PX = 49
const NAME_PX = 208
const COLUMN_PX = 160
/** Hundreds of services on dozens of nodes: only the rows and columns in sight, and a few around them, are in the page. */
export default function LongMatrix({ view, onAsk }: MatrixProps) {
  const t = useTranslations("overview")
  const body = useRef<HTMLTableSectionElement>(null)
  const frame = useRef<HTMLElement>(null)
  const of = view.nodes.filter((n) => n.isMember).length
  const rows = useWindowVirtualizer({
    count: view.services.length,
    estimateSize: () => ROW_PX,
    overscan: 6,
    useFlushSync: false,
    scrollMargin: body.current ? body.current.getBoundingClientRect().top + window.scrollY : 0,
  })
  const sideways = useVirtualizer({
    horizontal: true,
    count: of,
    estimateSize: () => COLUMN_PX,
    overscan: 2,
    paddingStart: NAME_PX,
    useFlushSync: false,
    getScrollElement: () => frame.current,
  })
  const inSight = sideways.getVirtualItems()
  const from = inSight[0]?.index ?? 0
  const to = (inSight.at(-1)?.index ?? -1) + 1
  const columns = useMemo(() => ({ from, to, of }), [from, to, of])
  const items = rows.getVirtualItems()
  const margin = rows.options.scrollMargin
  const before = (items[0]?.start ?? margin) - margin
  const after = rows.getTotalSize() - ((items.at(-1)?.end ?? margin) - margin)
  const spacer = (height: number) => height > 0 && <tr style={{ height }} />
  return (
    <Scroll label={t("title")} ref={frame}>
      <table
        className="min-w-full table-fixed border-separate border-spacing-0"
        style={{ width: NAME_PX + of * COLUMN_PX }}
        aria-rowcount={view.services.length + 1}
        aria-colcount={of + 1}
      >
        <colgroup>
          <col style={{ width: NAME_PX }} />
          <col span={of} />
        </colgroup>
        <MatrixHead view={view} columns={columns} />
        <tbody ref={body}>
          {spacer(before)}
          {items.map(({ index, key }) => {
            const row = view.services[index]
            return row && <MatrixRow key={key} clusterId={view.cluster.id} row={row} nowMs={view.nowMs} onAsk={onAsk} columns={columns} />
          })}
          {spacer(after)}
        </tbody>
      </table>
    </Scroll>
  )
}
