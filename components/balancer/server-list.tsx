"use client"
import { useVirtualizer } from "@tanstack/react-virtual"
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react"
import { TextField } from "@/components/ui/field"
import { StateMark } from "@/components/ui/state-mark"
import type { VirtualServer } from "@/lib/domain/balancer"
import { keyOf } from "@/lib/domain/balancer-rules-service"
import type { VirtualServerView } from "@/lib/domain/balancer-view"
import { useTranslations } from "@/lib/i18n/use"
import { serverMarks } from "./marks"
import { titleOf } from "./real-key"

const ROW_PX = 46
const SEARCH_FROM = 8
type Props = {
  readonly servers: readonly VirtualServer[]
  readonly live: readonly VirtualServerView[]
  readonly problems: ReadonlySet<number>
  readonly chosen: number
  readonly onChoose: (index: number) => void
}
/** All virtual servers: only those in sight are in the page. Up and down choose, as in any list. */
export function ServerList({ servers, live, problems, chosen, onChoose }: Props) {
  const t = useTranslations("balancer")
  const [text, setText] = useState("")
  const wanted = useDeferredValue(text.trim().toLowerCase())
  const frame = useRef<HTMLDivElement>(null)
  const views = useMemo(() => new Map(live.map((one) => [one.key, one])), [live])
  const found = useMemo(
    () =>
      servers
        .map((server, index) => ({ server, index }))
        .filter(({ server }) => wanted === "" || `${titleOf(server)} ${keyOf(server.service)}`.toLowerCase().includes(wanted)),
    [servers, wanted],
  )
  const rows = useVirtualizer({ count: found.length, estimateSize: () => ROW_PX, overscan: 8, getScrollElement: () => frame.current })
  const place = found.findIndex(({ index }) => index === chosen)
  const { scrollToIndex } = rows
  useEffect(() => {
    if (place >= 0) scrollToIndex(place, { align: "auto" })
  }, [place, scrollToIndex])
  const step = (by: number) => {
    const next = found[Math.min(found.length - 1, Math.max(0, place + by))]
    if (next) onChoose(next.index)
  }
  return (
    <div className="grid content-start gap-2">
      {servers.length >= SEARCH_FROM && (
        <TextField
          label={t("search", { n: servers.length })}
          type="search"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      )}
      <div
        ref={frame}
        role="listbox"
        tabIndex={0}
        aria-label={t("virtualServers")}
        aria-activedescendant={place < 0 ? undefined : `vs-${chosen}`}
        onKeyDown={(event) => {
          const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -found.length, End: found.length }[event.key]
          if (by === undefined) return
          event.preventDefault()
          step(by)
        }}
        className="max-h-[70dvh] overflow-y-auto rounded-lg border bg-panel max-lg:max-h-60"
      >
        <div style={{ height: rows.getTotalSize(), position: "relative" }}>
          {rows.getVirtualItems().map(({ index: at, start }) => {
            const one = found[at]
            return (
              one && (
                <Row
                  key={one.index}
                  index={one.index}
                  of={found.length}
                  at={at}
                  start={start}
                  server={one.server}
                  view={views.get(keyOf(one.server.service))}
                  hasProblem={problems.has(one.index)}
                  isChosen={one.index === chosen}
                  onChoose={onChoose}
                />
              )
            )
          })}
        </div>
      </div>
    </div>
  )
}
type RowProps = {
  readonly index: number
  readonly of: number
  readonly at: number
  readonly start: number
  readonly server: VirtualServer
  readonly view: VirtualServerView | undefined
  readonly hasProblem: boolean
  readonly isChosen: boolean
  readonly onChoose: (index: number) => void
}
function Row({ index, of, at, start, server, view, hasProblem, isChosen, onChoose }: RowProps) {
  const t = useTranslations("balancer")
  const state = view?.state
  const serving = view?.counts.serving
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list box has the keys
    // biome-ignore lint/a11y/useFocusableInteractive: aria-activedescendant has the focus (ARIA APG)
    <div
      id={`vs-${index}`}
      role="option"
      aria-selected={isChosen}
      aria-setsize={of}
      aria-posinset={at + 1}
      onClick={() => onChoose(index)}
      style={{ position: "absolute", top: 0, transform: `translateY(${start}px)`, height: ROW_PX, width: "100%" }}
      className={`cursor-pointer overflow-hidden border-b px-3 py-1 ${isChosen ? "bg-accent-soft" : "hover:bg-sunk"}`}
    >
      <span className="flex items-center gap-2">
        <StateMark mark={hasProblem ? "bad" : state ? serverMarks[state] : "off"} />
        <b className="truncate">{titleOf(server)}</b>
        <span className="sr-only">{hasProblem ? t("wrong.here") : t(state ? `serverState.${state}` : "realState.new")}</span>
      </span>
      <span className="block truncate pl-[17px] text-xs text-ink2">
        {server.name || server.service.kind !== "address" ? keyOf(server.service) : server.service.protocol} · {server.scheduler} ·{" "}
        {serving === undefined ? server.realServers.length : `${serving}/${server.realServers.length}`}
      </span>
    </div>
  )
}
