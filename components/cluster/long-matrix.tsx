"use client"
import { useWindowVirtualizer } from "@tanstack/react-virtual"
import { useRef } from "react"
import { Scroll } from "@/components/ui/card"
import { useTranslations } from "@/lib/i18n/use"
import { MatrixHead, type MatrixProps, MatrixRow } from "./matrix"

const ROW_PX = 49
/** Hundreds of services: only the rows in sight, and a few around them, are in the page. */
export default function LongMatrix({ view, onAsk }: MatrixProps) {
  const t = useTranslations("overview")
  const body = useRef<HTMLTableSectionElement>(null)
  const rows = useWindowVirtualizer({
    count: view.services.length,
    estimateSize: () => ROW_PX,
    overscan: 8,
    scrollMargin: body.current ? body.current.getBoundingClientRect().top + window.scrollY : 0,
  })
  const items = rows.getVirtualItems()
  const margin = rows.options.scrollMargin
  const before = (items[0]?.start ?? margin) - margin
  const after = rows.getTotalSize() - ((items.at(-1)?.end ?? margin) - margin)
  const spacer = (height: number) => height > 0 && <tr style={{ height }} />
  return (
    <Scroll label={t("title")}>
      <table className="w-full border-separate border-spacing-0" aria-rowcount={view.services.length + 1}>
        <MatrixHead view={view} />
        <tbody ref={body}>
          {spacer(before)}
          {items.map(({ index, key }) => {
            const row = view.services[index]
            return row && <MatrixRow key={key} clusterId={view.cluster.id} row={row} nowMs={view.nowMs} onAsk={onAsk} />
          })}
          {spacer(after)}
        </tbody>
      </table>
    </Scroll>
  )
}
