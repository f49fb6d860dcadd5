"use client"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useRef } from "react"
import { JobProgress } from "@/components/job/job-progress"
import { reportsOf } from "@/components/node/refusals"
import { Button } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { Reports } from "@/components/ui/reports"
import { client } from "@/lib/client/api"
import { useTranslations } from "@/lib/i18n/use"
import type { Problems } from "./draft-errors"
import { BalancerPlanText } from "./plan-text"
import { inputOf, type Wizard } from "./wizard-state"

type Props = { readonly clusterId: string; readonly wizard: Wizard; readonly problems: Problems; readonly onDone: () => void }
/** What would be done, made when this step is entered; then it is done, and seen. */
export function WizardPlan({ clusterId, wizard, problems, onDone }: Props) {
  const t = useTranslations("balancer")
  const all = useTranslations()
  const entered = useRef(crypto.randomUUID())
  // What stands in no field of the steps before: of the directors that were made from them.
  const rest = problems.all.flatMap(({ report }) => report ?? [])
  const making = useQuery({
    queryKey: ["plan", entered.current],
    queryFn: () => client.plan.balancer({ clusterId, was: null, balancer: inputOf(wizard) }),
    ...{ enabled: rest.length === 0, retry: false, gcTime: 0 },
  })
  const applying = useMutation({ mutationFn: (planId: string) => client.plan.apply({ planId, why: "" }) })
  if (applying.data)
    return (
      <Card className="p-4">
        <h2>{all("plans.running")}</h2>
        <JobProgress clusterId={clusterId} jobId={applying.data.jobId} onClose={onDone} />
      </Card>
    )
  return (
    <Card className="grid gap-3 p-4">
      <Reports reports={rest.length > 0 ? rest : reportsOf(applying.error ?? making.error)} />
      {making.isFetching && (
        <p role="status" className="text-ink2">
          {all("plans.making")}
        </p>
      )}
      {making.data && <BalancerPlanText plan={making.data} />}
      {making.data && (
        <span className="flex justify-end">
          <Button look="primary" isBusy={applying.isPending} onPress={() => making.data && applying.mutate(making.data.id)}>
            {t("wizard.create", { name: wizard.name.trim() })}
          </Button>
        </span>
      )}
    </Card>
  )
}
