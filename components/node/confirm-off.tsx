"use client"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Button } from "@/components/ui/button"
import { Banner } from "@/components/ui/card"
import { Dialog, DialogFoot } from "@/components/ui/dialog"
import { TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { api, client } from "@/lib/client/api"
import type { NodeView } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"
import { reportsOf } from "./refusals"

type ConfirmProps = { readonly clusterId: string; readonly view: NodeView; readonly onClose: () => void }
/** A person says that a lost node is off. What that lets happen, and what it destroys when it is not true, stands above the button. */
export function ConfirmOff({ clusterId, view: { name, services }, onClose }: ConfirmProps) {
  const t = useTranslations()
  const queries = useQueryClient()
  const [typed, setTyped] = useState("")
  const [why, setWhy] = useState("")
  const confirming = useMutation({
    mutationFn: () => client.node.confirmOff({ clusterId, name, typed, isSure: true, saw: why, password: "" }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: api.node.key() })
      onClose()
    },
  })
  const waiting = services.filter(({ state }) => state === "blocked").map((s) => s.name)
  return (
    <Dialog title={t("nodes.confirmTitle", { name })} onClose={onClose}>
      <div className="mt-3 grid gap-3">
        <Banner mark="bad">
          <span className="min-w-0 flex-1">{t("nodes.confirmDanger", { name })}</span>
        </Banner>
        <p>{waiting.length > 0 ? t("nodes.confirmThen", { services: waiting.join(", ") }) : t("nodes.confirmNothing")}</p>
        <Reports reports={reportsOf(confirming.error)} />
        <TextField label={t("nodes.typeName")} value={typed} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
        <TextField label={t("nodes.confirmWhy")} value={why} maxLength={500} onChange={(event) => setWhy(event.target.value)} />
      </div>
      <DialogFoot>
        <Button look="quiet" onPress={onClose}>
          {t("common.cancel")}
        </Button>
        <Button
          look="danger"
          why={typed === name ? undefined : t("nodes.typeName")}
          isBusy={confirming.isPending}
          onPress={() => confirming.mutate()}
        >
          {t("nodes.confirm", { name })}
        </Button>
      </DialogFoot>
    </Dialog>
  )
}
