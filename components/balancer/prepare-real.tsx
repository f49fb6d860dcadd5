"use client"
import { useState } from "react"
import { Button } from "@/components/ui/button"
import { client } from "@/lib/client/api"
import type { VirtualServer } from "@/lib/domain/balancer"
import { useTranslations } from "@/lib/i18n/use"
import { BalancerPlanDialog } from "./plan-dialog"
import { useEditing } from "./use-draft"

const asks = [
  ["loopback", { action: "prepare", method: "loopback" }],
  ["redirect", { action: "prepare", method: "redirect" }],
  ["undo", { action: "undo", method: "loopback" }],
] as const
/** A node of the panel that is to answer for the service address: made ready, the other way, or undone. */
export function PrepareReal({ node, server }: { readonly node: string; readonly server: VirtualServer }) {
  const t = useTranslations("balancer.prepare")
  const { place, canDrain } = useEditing()
  const [asked, setAsked] = useState<(typeof asks)[number][0]>()
  const plan = asks.find(([name]) => name === asked)?.[1]
  if (!canDrain || server.service.kind !== "address") return null
  const { address, port, protocol } = server.service
  const service = { address, ...(port ? { port } : {}), protocol: protocol === "tcp" ? ("tcp" as const) : ("udp" as const) }
  return (
    <div className="flex flex-wrap items-center gap-2 border-t pt-3">
      <span className="text-ink2">{t("title", { node })}</span>
      {asks.map(([name]) => (
        <Button key={name} look="quiet" onPress={() => setAsked(name)}>
          {t(name)}
        </Button>
      ))}
      {asked && plan && (
        <BalancerPlanDialog
          clusterId={place.clusterId}
          title={t("of", { node, what: t(asked) })}
          confirm={t(asked)}
          make={() => client.plan.realServer({ clusterId: place.clusterId, realServer: node, ...plan, services: [service] })}
          onClose={() => setAsked(undefined)}
          onDone={() => setAsked(undefined)}
        />
      )}
    </div>
  )
}
