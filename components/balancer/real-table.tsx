"use client"
import { Mono, Scroll } from "@/components/ui/card"
import type { VirtualServer } from "@/lib/domain/balancer"
import type { VirtualServerView } from "@/lib/domain/balancer-view"
import { useTranslations } from "@/lib/i18n/use"
import { liveRealOf, realKey } from "./real-key"
import { RealRow } from "./real-row"

type Props = {
  /** Path of the list. */
  readonly at: string
  readonly server: VirtualServer
  readonly live: VirtualServerView | undefined
  readonly open: number | null
  readonly onOpen: (i: number | null) => void
  readonly onRemove: (i: number) => void
}
const columns = ["state", "server", "weight", "checks", "connections", "rate"] as const
export function RealTable({ at, server, live, open, onOpen, onRemove }: Props) {
  const t = useTranslations("balancer")
  const wanted = new Set(server.realServers.map((real) => realKey(server, real)))
  const extra = (live?.realServers ?? []).filter(
    ({ key, state, isSorryServer }) => !wanted.has(key) && (state === "extra" || isSorryServer),
  )
  return (
    <Scroll label={t("realServers")}>
      <table className="w-full">
        <thead className="text-left text-ink3">
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" className="px-3 py-1.5 font-normal whitespace-nowrap">
                {t(`column.${column}`)}
              </th>
            ))}
            <th scope="col" className="px-3 py-1.5 font-normal">
              <span className="sr-only">{t("column.actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody className="divide-y border-t">
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
            <tr key={`${one.key} ${one.isSorryServer}`} className="text-ink2">
              <td className="px-3 py-1.5">{one.isSorryServer ? t("sorry") : t("realState.extra")}</td>
              <td className="px-3 py-1.5">
                <Mono>{one.key}</Mono>
              </td>
              <td className="px-3 py-1.5">{one.live?.weight}</td>
              <td />
              <td className="px-3 py-1.5 whitespace-nowrap">{one.live ? t("connectionsOf", one.live) : ""}</td>
              <td className="px-3 py-1.5 whitespace-nowrap">{one.rate ? t("perSecond", { n: Math.round(one.rate.connections) }) : ""}</td>
              <td />
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
