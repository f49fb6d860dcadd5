"use client"
import { useState } from "react"
import { Button } from "@/components/ui/button"
import { Dialog, DialogFoot } from "@/components/ui/dialog"
import { TextField } from "@/components/ui/field"
import { client } from "@/lib/client/api"
import type { VirtualServer } from "@/lib/domain/balancer"
import { keyOf } from "@/lib/domain/balancer-rules-service"
import { useTranslations } from "@/lib/i18n/use"
import { BalancerPlanDialog } from "./plan-dialog"
import { useEditing } from "./use-draft"

type Props = { readonly server: VirtualServer; readonly serverKey: string; readonly weight: number }
const isWeight = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) <= 65_535
/** For who may set weights and nothing else: a number first, then what it means. An admin types it in the table. */
export function WeightButton({ server, serverKey, weight }: Props) {
  const t = useTranslations("balancer")
  const common = useTranslations("common")
  const { place } = useEditing()
  const [typed, setTyped] = useState<string>()
  const [asked, setAsked] = useState<number>()
  const label = t("weightOf", { server: serverKey })
  const close = () => {
    setTyped(undefined)
    setAsked(undefined)
  }
  const { clusterId, name } = place
  return (
    <>
      <Button look="quiet" label={label} onPress={() => setTyped(String(weight))}>
        {t("weigh")}
      </Button>
      {typed !== undefined && asked === undefined && (
        <Dialog title={label} onClose={close}>
          <form
            onSubmit={(event) => {
              event.preventDefault()
              if (isWeight(typed)) setAsked(Number(typed))
            }}
          >
            <div className="mt-3">
              <TextField
                label={t("weigh")}
                hint={t("weighHint")}
                error={isWeight(typed) ? undefined : t("weighHint")}
                inputMode="numeric"
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
              />
            </div>
            <DialogFoot>
              <Button look="quiet" onPress={close}>
                {common("cancel")}
              </Button>
              <Button look="primary" type="submit">
                {t("weighPlan")}
              </Button>
            </DialogFoot>
          </form>
        </Dialog>
      )}
      {asked !== undefined && (
        <BalancerPlanDialog
          clusterId={clusterId}
          title={label}
          confirm={t("weighConfirm")}
          make={() =>
            client.plan.weights({ clusterId, weights: name, reals: [{ server: keyOf(server.service), real: serverKey, weight: asked }] })
          }
          onClose={close}
          onDone={close}
        />
      )}
    </>
  )
}
