"use client"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useRouter } from "next/navigation"
import { useState } from "react"
import { Button } from "@/components/ui/button"
import { Dialog, DialogFoot } from "@/components/ui/dialog"
import { TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { api, client } from "@/lib/client/api"
import { useTranslations } from "@/lib/i18n/use"
import { reportsOf } from "./refusals"

type RemoveNodeProps = { readonly clusterId: string; readonly name: string; readonly onClose: () => void }
export function RemoveNode({ clusterId, name, onClose }: RemoveNodeProps) {
  const t = useTranslations()
  const router = useRouter()
  const queries = useQueryClient()
  const [typed, setTyped] = useState("")
  const removing = useMutation({
    mutationFn: () => client.node.remove({ clusterId, name }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: api.overview.key() })
      router.push(`/c/${clusterId}/nodes`)
    },
  })
  return (
    <Dialog title={`${t("nodes.remove")}: ${name}`} sub={t("nodes.removeText", { name })} onClose={onClose}>
      <div className="mt-3 grid gap-3">
        <Reports reports={reportsOf(removing.error)} />
        <TextField label={t("nodes.typeName")} value={typed} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
      </div>
      <DialogFoot>
        <Button look="quiet" onPress={onClose}>
          {t("common.cancel")}
        </Button>
        <Button
          look="danger"
          why={typed === name ? undefined : t("nodes.typeName")}
          isBusy={removing.isPending}
          onPress={() => removing.mutate()}
        >
          {t("nodes.remove")}
        </Button>
      </DialogFoot>
    </Dialog>
  )
}
