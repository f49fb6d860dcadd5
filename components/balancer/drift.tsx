"use client"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { Button } from "@/components/ui/button"
import { Reports } from "@/components/ui/reports"
import { client } from "@/lib/client/api"
import { balancerQueries } from "@/lib/client/balancer-api"
import type { BalancerChange } from "@/lib/domain/balancer-diff"
import type { DirectorView } from "@/lib/domain/balancer-view"
import { useTranslations } from "@/lib/i18n/use"
import { Changes } from "./changes"
import { draftOf } from "./draft"
import { BalancerPlanDialog } from "./plan-dialog"
import { useEditing } from "./use-draft"

type Props = { readonly director: DirectorView; readonly drift: readonly BalancerChange[] }
/** What its file has otherwise, and the three answers. Nothing is corrected by itself. */
export function Drift({ director: { node, isDriftIgnored }, drift }: Props) {
  const t = useTranslations("balancer")
  const queries = useQueryClient()
  const { place, edit, canEdit } = useEditing()
  const { clusterId, name } = place
  const [isApplying, setApplying] = useState(false)
  const taking = useMutation({
    mutationFn: () => client.balancer.takeDrift({ clusterId, name, node }),
    onSuccess: ({ model }) => edit(() => draftOf(model)),
  })
  const ignoring = useMutation({
    mutationFn: () => client.balancer.ignoreDrift({ clusterId, name, node }),
    onSuccess: () => queries.invalidateQueries({ queryKey: balancerQueries.all }),
  })
  return (
    <section aria-label={t("driftOf", { node })} className="grid gap-2 border-t pt-3">
      {isDriftIgnored && <p className="text-ink2">{t("driftIgnored")}</p>}
      <Changes changes={drift} />
      <Reports reports={reportsOf(taking.error ?? ignoring.error)} />
      {taking.isSuccess && (
        <p role="status" className="text-ink2">
          {t("driftTaken")}
        </p>
      )}
      {canEdit && (
        <div className="flex flex-wrap gap-2">
          <Button isBusy={taking.isPending} onPress={() => taking.mutate()}>
            {t("driftTake")}
          </Button>
          <Button onPress={() => setApplying(true)}>{t("driftApply")}</Button>
          {!isDriftIgnored && (
            <Button look="quiet" isBusy={ignoring.isPending} onPress={() => ignoring.mutate()}>
              {t("driftIgnore")}
            </Button>
          )}
        </div>
      )}
      {isApplying && (
        <BalancerPlanDialog
          clusterId={clusterId}
          title={t("driftApplyTitle", { node })}
          confirm={t("driftApply")}
          make={() => client.plan.doctorFix({ clusterId, balancer: name, fix: { kind: "apply" } })}
          onClose={() => setApplying(false)}
          onDone={() => {
            setApplying(false)
            void queries.invalidateQueries({ queryKey: balancerQueries.all })
          }}
        />
      )}
    </section>
  )
}
