"use client"
import { useMutation } from "@tanstack/react-query"
import { useRouter } from "next/navigation"
import { useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { Button } from "@/components/ui/button"
import { Dialog, DialogFoot } from "@/components/ui/dialog"
import { Reports } from "@/components/ui/reports"
import { client } from "@/lib/client/api"
import { useTranslations } from "@/lib/i18n/use"
import { useEditing } from "./use-draft"

/** The panel forgets it; the directors run on. */
export function RemoveBalancer() {
  const t = useTranslations("balancer")
  const cancel = useTranslations("common")("cancel")
  const router = useRouter()
  const { place } = useEditing()
  const { clusterId, name } = place
  const [isAsked, setAsked] = useState(false)
  const removing = useMutation({
    mutationFn: () => client.balancer.remove({ clusterId, name }),
    onSuccess: () => router.push(`/c/${clusterId}/balancers`),
  })
  return (
    <>
      <span>
        <Button onPress={() => setAsked(true)}>{t("forget")}</Button>
      </span>
      {isAsked && (
        <Dialog title={t("forgetTitle", { name })} sub={t("forgetText")} onClose={() => setAsked(false)}>
          <div className="mt-3">
            <Reports reports={reportsOf(removing.error)} />
          </div>
          <DialogFoot>
            <Button look="quiet" onPress={() => setAsked(false)}>
              {cancel}
            </Button>
            <Button look="danger" isBusy={removing.isPending} onPress={() => removing.mutate()}>
              {t("forget")}
            </Button>
          </DialogFoot>
        </Dialog>
      )}
    </>
  )
}
