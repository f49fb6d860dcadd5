"use client"
import { JobProgress } from "@/components/job/job-progress"
import { reportsOf } from "@/components/node/refusals"
import { Button } from "@/components/ui/button"
import { Banner, Card } from "@/components/ui/card"
import { Reports } from "@/components/ui/reports"
import { client } from "@/lib/client/api"
import { useTranslations } from "@/lib/i18n/use"
import type { Problems } from "./draft-errors"
import { BalancerPlanText } from "./plan-text"
import { usePlan } from "./use-plan"
import { inputOf, type Wizard } from "./wizard-state"

type Props = {
  readonly clusterId: string
  readonly wizard: Wizard
  readonly problems: Problems
  readonly onApplied: () => void
  readonly onDone: () => void
}
/** What would be done, made when this step is entered; then it is done, and seen. */
export function WizardPlan({ clusterId, wizard, problems, onApplied, onDone }: Props) {
  const t = useTranslations("balancer")
  const all = useTranslations()
  // What stands in no field of the steps before: of the directors that were made from them.
  const rest = problems.all.flatMap(({ report }) => report ?? [])
  const make = () => client.plan.balancer({ clusterId, was: null, balancer: inputOf(wizard) })
  const { plan, isNewer, making, applying } = usePlan({ make, isAsked: rest.length === 0 })
  if (applying.data)
    return (
      <Card className="p-4">
        <h2>{all("plans.running")}</h2>
        <JobProgress clusterId={clusterId} jobId={applying.data.jobId} onClose={onDone} />
      </Card>
    )
  return (
    <Card className="grid gap-3 p-4">
      {isNewer && (
        <Banner mark="need" isAlert>
          {all("plans.stale")}
        </Banner>
      )}
      <Reports reports={rest.length > 0 ? rest : reportsOf(applying.error ?? making.error)} />
      {making.isFetching && (
        <p role="status" className="text-ink2">
          {all("plans.making")}
        </p>
      )}
      {making.isError && !plan && (
        <span>
          <Button isBusy={making.isFetching} onPress={() => void making.refetch()}>
            {t("planAsk")}
          </Button>
        </span>
      )}
      {plan && <BalancerPlanText plan={plan} />}
      {plan && (
        <span className="flex justify-end">
          <Button look="primary" isBusy={applying.isPending} onPress={() => applying.mutate(plan.id, { onSuccess: onApplied })}>
            {t("wizard.create", { name: wizard.name.trim() })}
          </Button>
        </span>
      )}
    </Card>
  )
}
