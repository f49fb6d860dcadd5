"use client"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Button } from "@/components/ui/button"
import { Banner, Mono } from "@/components/ui/card"
import { TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { api, client } from "@/lib/client/api"
import type { NodeView } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"
import { reportsOf } from "./refusals"

type KeyChangedProps = { readonly clusterId: string; readonly view: NodeView; readonly offered: string }
/** A changed host key stops everything until a person has compared it and typed the node's name. */
export function KeyChanged({ clusterId, view, offered }: KeyChangedProps) {
  const t = useTranslations("nodes")
  const queries = useQueryClient()
  // Typed for this very fingerprint: when the node offers another one meanwhile, it is asked for again.
  const [typed, setTyped] = useState({ text: "", offered })
  const text = typed.offered === offered ? typed.text : ""
  const accepting = useMutation({
    mutationFn: () => client.node.acceptHostKey({ clusterId, name: view.name, fingerprint: offered }),
    onSettled: () => queries.invalidateQueries({ queryKey: api.node.key() }),
  })
  return (
    <Banner mark="bad">
      <div className="grid min-w-0 flex-1 gap-2">
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
        <Reports reports={reportsOf(accepting.error)} />
        <div className="flex flex-wrap items-end gap-3">
          <TextField
            label={t("typeName")}
            value={text}
            autoComplete="off"
            onChange={(event) => setTyped({ text: event.target.value, offered })}
          />
          <Button
            look="danger"
            why={text === view.name ? undefined : t("typeName")}
            isBusy={accepting.isPending}
            onPress={() => accepting.mutate()}
          >
            {t("keyAccept")}
          </Button>
        </div>
      </div>
    </Banner>
  )
}
