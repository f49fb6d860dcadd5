"use client"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useEffect, useRef, useState } from "react"
import { JobProgress } from "@/components/job/job-progress"
import { Button } from "@/components/ui/button"
import { Banner } from "@/components/ui/card"
import { Dialog, DialogFoot } from "@/components/ui/dialog"
import { TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { client, refusalOf } from "@/lib/client/api"
import { report } from "@/lib/domain/report"
import type { PlanView, ServiceAction } from "@/lib/domain/views"
import { useCoded, useTranslations } from "@/lib/i18n/use"
import { PlanBody } from "./plan-body"

type PlanDialogProps = {
  readonly clusterId: string
  readonly service: string
  readonly action: ServiceAction
  readonly target?: string
  readonly onClose: () => void
}

const placesOf = ({ subject: { from, to } }: PlanView): string =>
  [from, to].filter((node, i, all) => node !== undefined && all.indexOf(node) === i).join(" → ")
const unreachable = [report("nodeUnreachable", { node: "Moyai", why: "" })]
/** What will happen, before it happens. One confirm, and the same dialog shows it happening. */
export function PlanDialog({ clusterId, service, action, target, onClose }: PlanDialogProps) {
  const t = useTranslations()
  const say = useCoded("plans")
  const [newer, setNewer] = useState<PlanView>()
  const [why, setWhy] = useState("")
  const opened = useRef(crypto.randomUUID())
  const making = useQuery({
    queryKey: ["plan", opened.current],
    queryFn: () => client.plan.make({ clusterId, service, action, ...(target ? { target } : {}) }),
    retry: false,
    gcTime: 0,
  })
  const plan = newer ?? making.data
  const applying = useMutation({
    mutationFn: (planId: string) => client.plan.apply({ planId, why }),
    onError: (error) => setNewer((old) => refusalOf(error)?.plan ?? old),
  })
  const error = applying.error ?? making.error
  const reports = error ? (refusalOf(error)?.reports ?? unreachable) : []
  const confirm = useRef<HTMLDivElement>(null)
  // The plan was asked for by a click: once it is there, Enter confirms it.
  useEffect(() => {
    if (plan) confirm.current?.querySelector<HTMLButtonElement>("button:last-child")?.focus()
  }, [plan])
  const title = say(`titles.${action}`, { service })
  if (applying.data) {
    return (
      <Dialog title={title} sub={t("plans.running")} onClose={onClose}>
        <JobProgress clusterId={clusterId} jobId={applying.data.jobId} onClose={onClose} />
      </Dialog>
    )
  }
  const sub = plan && placesOf(plan)
  return (
    <Dialog title={title} sub={sub} onClose={onClose}>
      <div className="mt-3 grid gap-3">
        {newer && (
          <Banner mark="need" isAlert>
            {t("plans.stale")}
          </Banner>
        )}
        <Reports reports={reports} />
        {making.isPending && (
          <p role="status" className="text-ink2">
            {t("plans.making")}
          </p>
        )}
        {plan && <PlanBody plan={plan} />}
        {plan && <TextField label={t("plans.why")} value={why} maxLength={500} onChange={(event) => setWhy(event.target.value)} />}
      </div>
      <div ref={confirm}>
        <DialogFoot>
          <Button look="quiet" onPress={onClose}>
            {t("common.cancel")}
          </Button>
          {plan && (
            <Button
              look={action === "disable" || action === "stop" ? "danger" : "primary"}
              isBusy={applying.isPending}
              onPress={() => applying.mutate(plan.id)}
            >
              {say(`confirm.${action}`, { service, to: plan.subject.to ?? "" })}
            </Button>
          )}
        </DialogFoot>
      </div>
    </Dialog>
  )
}
