"use client"
import { useState } from "react"
import { Button } from "@/components/ui/button"
import type { VirtualServer } from "@/lib/domain/balancer"
import type { VirtualServerView } from "@/lib/domain/balancer-view"
import { useTranslations } from "@/lib/i18n/use"
import { added, removed } from "./draft"
import { newReal } from "./draft-new"
import { useProblemAt } from "./problem-words"
import { liveRealOf } from "./real-key"
import { RealPanel } from "./real-panel"
import { RealTable } from "./real-table"
import { useEditing } from "./use-draft"

type Props = {
  readonly at: string
  readonly index: number
  readonly server: VirtualServer
  readonly live: VirtualServerView | undefined
}
/** Who serves: a table to compare and to drain, and one of them opened below it. */
export function RealServers({ at, index, server, live }: Props) {
  const t = useTranslations("balancer")
  const { edit, canEdit, context, place } = useEditing()
  const [open, setOpen] = useState<number | null>(server.realServers.length === 1 ? 0 : null)
  const problem = useProblemAt()(`${at}.realServers`)
  const list = `${at}.realServers`
  const port = server.service.kind === "address" ? server.service.port : undefined
  const add = (address: string) => {
    edit((was) => added(was, list, { ...newReal(context.engine, port), address }))
    setOpen(server.realServers.length)
  }
  const remove = (i: number) => {
    edit((was) => removed(was, list, i))
    setOpen(open === null || open === i ? null : open > i ? open - 1 : open)
  }
  const shown = open === null ? undefined : server.realServers[open]
  const taken = new Set(server.realServers.map(({ address }) => address))
  return (
    <div className="grid gap-2.5">
      <h2>{t("realServers")}</h2>
      {problem !== undefined && <p className="text-xs text-bad">{problem}</p>}
      {server.realServers.length > 0 && <RealTable at={list} server={server} live={live} open={open} onOpen={setOpen} onRemove={remove} />}
      {shown && open !== null && (
        <RealPanel
          key={open}
          at={`${list}.${open}`}
          server={server}
          real={shown}
          node={live && (liveRealOf(live, server, shown)?.node ?? undefined)}
          where={{ server: index, real: open }}
        />
      )}
      {canEdit && (
        <div className="flex flex-wrap gap-2">
          <Button onPress={() => add("")}>{t("addReal")}</Button>
          {place.machines
            .flatMap(({ node, addresses }) => addresses.slice(0, 1).map((address) => ({ node, address })))
            .filter(({ node, address }) => !taken.has(address) && !place.nodes.includes(node))
            .slice(0, 8)
            .map(({ node, address }) => (
              <Button key={node} look="quiet" onPress={() => add(address)}>
                {t("addRealNode", { node, address })}
              </Button>
            ))}
        </div>
      )}
    </div>
  )
}
