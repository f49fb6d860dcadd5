"use client"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Button } from "@/components/ui/button"
import { Card, Mono } from "@/components/ui/card"
import { TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { api, client, refusalOf } from "@/lib/client/api"
import type { NodeView } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"

type KeyChangedProps = { readonly clusterId: string; readonly view: NodeView; readonly offered: string }
/** A changed host key stops everything until a person has compared it and typed the node's name. */
export function KeyChanged({ clusterId, view, offered }: KeyChangedProps) {
  const t = useTranslations("nodes")
  const queries = useQueryClient()
  const [typed, setTyped] = useState("")
  const accepting = useMutation({
    mutationFn: () => client.node.acceptHostKey({ clusterId, name: view.name, fingerprint: offered }),
    onSettled: () => queries.invalidateQueries({ queryKey: api.node.key() }),
  })
  return (
    <Card className="grid gap-2 border-bad bg-bad-soft p-4">
      <b role="alert">{t("keyChanged", { name: view.name })}</b>
      <dl className="grid grid-cols-[110px_minmax(0,1fr)] gap-1">
        <dt>{t("keyPinned")}</dt>
        <dd>
          <Mono>{view.fingerprint}</Mono>
        </dd>
        <dt>{t("keyOffered")}</dt>
        <dd>
          <Mono>{offered}</Mono>
        </dd>
      </dl>
      <p>{t("keyText")}</p>
      {accepting.error && <Reports reports={refusalOf(accepting.error)?.reports ?? []} />}
      <div className="flex flex-wrap items-end gap-3">
        <TextField label={t("typeName")} value={typed} onChange={(event) => setTyped(event.target.value)} />
        <Button
          look="danger"
          why={typed === view.name ? undefined : t("typeName")}
          isBusy={accepting.isPending}
          onPress={() => accepting.mutate()}
        >
          {t("keyAccept")}
        </Button>
      </div>
    </Card>
  )
}
