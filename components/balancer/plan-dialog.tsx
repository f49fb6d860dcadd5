"use client"
import { type ReactNode, useState } from "react"
import { JobProgress } from "@/components/job/job-progress"
import { reportsOf } from "@/components/node/refusals"
import { Button } from "@/components/ui/button"
import { Banner } from "@/components/ui/card"
import { Dialog, DialogFoot } from "@/components/ui/dialog"
import { TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import type { BalancerPlanView } from "@/lib/domain/balancer-view"
import { useTranslations } from "@/lib/i18n/use"
import { BalancerPlanText } from "./plan-text"
import { usePlan } from "./use-plan"

type Props = {
  readonly clusterId: string
  readonly title: string
  readonly confirm: string
  readonly make: () => Promise<BalancerPlanView>
  readonly onClose: () => void
  readonly onDone: () => void
  /** What stands as the reason until somebody says otherwise. */
  readonly initialWhy?: string
  readonly children?: ReactNode
  /** What the plan rests on in this dialog: another one, and it is made anew. */
  readonly basis?: string
}
/** A plan about virtual servers: made when it is opened, confirmed once, and then seen happening. */
export function BalancerPlanDialog({ clusterId, title, confirm, make, onClose, onDone, initialWhy = "", children, basis = "" }: Props) {
  const t = useTranslations()
  const [why, setWhy] = useState(initialWhy)
  const { plan, isNewer, making, applying } = usePlan({ make, why, basis })
  if (applying.data)
    return (
      <Dialog title={title} sub={t("plans.running")} onClose={onDone}>
        <JobProgress clusterId={clusterId} jobId={applying.data.jobId} onClose={onDone} />
      </Dialog>
    )
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="mt-3 grid gap-3">
        {isNewer && (
          <Banner mark="need" isAlert>
            {t("plans.stale")}
          </Banner>
        )}
        <Reports reports={reportsOf(applying.error ?? making.error)} />
        {children}
        {making.isPending && (
          <p role="status" className="text-ink2">
            {t("plans.making")}
          </p>
        )}
        {plan && <BalancerPlanText plan={plan} />}
        {plan && <TextField label={t("plans.why")} value={why} maxLength={500} onChange={(event) => setWhy(event.target.value)} />}
      </div>
      <DialogFoot>
        <Button look="quiet" onPress={onClose}>
          {t("common.cancel")}
        </Button>
        {making.isError && !plan && (
          <Button isBusy={making.isFetching} onPress={() => void making.refetch()}>
            {t("balancer.planAsk")}
          </Button>
        )}
        {plan && (
          <Button look="primary" isBusy={applying.isPending} onPress={() => applying.mutate(plan.id)}>
            {confirm}
          </Button>
        )}
      </DialogFoot>
    </Dialog>
  )
}
