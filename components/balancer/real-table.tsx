"use client"
import { Scroll } from "@/components/ui/card"
import { Tag } from "@/components/ui/state-mark"
import type { VirtualServer } from "@/lib/domain/balancer"
import type { VirtualServerView } from "@/lib/domain/balancer-view"
import { useTranslations } from "@/lib/i18n/use"
import { markOf } from "./marks"
import { liveRealOf, realKey } from "./real-key"
import { cell, RealRow, row } from "./real-row"

type Props = {
  /** Path of the list. */
  readonly at: string
  readonly server: VirtualServer
  readonly live: VirtualServerView | undefined
  readonly open: number | null
  readonly onOpen: (i: number | null) => void
  readonly onRemove: (i: number) => void
}
const columns = ["server", "weight", "checks", "connections", "rate"] as const
export function RealTable({ at, server, live, open, onOpen, onRemove }: Props) {
  const t = useTranslations("balancer")
  const wanted = new Set(server.realServers.map((real) => realKey(server, real)))
  const extra = (live?.realServers ?? []).filter(
    ({ key, state, isSorryServer }) => !wanted.has(key) && (state === "extra" || isSorryServer),
  )
  return (
    <Scroll label={t("realServers")}>
      <table className="w-full max-sm:block">
        <thead className="text-left text-ink3 max-sm:sr-only">
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" className="px-2.5 py-1.5 font-normal whitespace-nowrap">
                {t(`column.${column}`)}
              </th>
            ))}
            <th scope="col" className="px-2.5 py-1.5 font-normal">
              <span className="relative block">
                <span className="sr-only">{t("column.actions")}</span>
              </span>
            </th>
          </tr>
        </thead>
        <tbody className="divide-y border-t max-sm:block max-sm:border-t-0">
          {server.realServers.map((real, i) => (
            <RealRow
              // biome-ignore lint/suspicious/noArrayIndexKey: an address is what is being typed here
              key={i}
              at={`${at}.${i}`}
              server={server}
              real={real}
              live={liveRealOf(live, server, real)}
              isOpen={open === i}
              onOpen={() => onOpen(open === i ? null : i)}
              onRemove={() => onRemove(i)}
            />
          ))}
          {extra.map((one) => (
            <tr key={`${one.key} ${one.isSorryServer}`} className={row}>
              <td className={cell}>
                <Tag mark={markOf(one)}>{one.isSorryServer ? t("sorry") : t("realState.extra")}</Tag>
                <span className="block font-mono text-[12px] whitespace-nowrap text-ink2">{one.key}</span>
              </td>
              <td className={cell}>{one.live?.weight ?? "–"}</td>
              <td className="max-sm:hidden" />
              <td className={cell}>{one.live ? t("connectionsOf", one.live) : "–"}</td>
              <td className={cell}>{one.rate ? t("perSecond", { n: Math.round(one.rate.connections) }) : "–"}</td>
              <td className="max-sm:hidden" />
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
