"use client"
import { useMutation } from "@tanstack/react-query"
import { type ReactNode, useEffect, useRef, useState } from "react"
import { JobProgress } from "@/components/job/job-progress"
import { reportsOf } from "@/components/node/refusals"
import { Button } from "@/components/ui/button"
import { Banner } from "@/components/ui/card"
import { Dialog, DialogFoot } from "@/components/ui/dialog"
import { TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { client, refusalOf } from "@/lib/client/api"
import type { JobKind, PlanView } from "@/lib/domain/views"
import { useCoded, useTranslations } from "@/lib/i18n/use"
import { PlanBody } from "./plan-body"

const placesOf = ({ subject: { from, to } }: PlanView): string =>
  [from, to].filter((node, i, all) => node !== undefined && all.indexOf(node) === i).join(" → ")
const stops: readonly JobKind[] = ["disable", "stop", "maintain"]

type FlowProps = {
  readonly clusterId: string
  readonly kind: JobKind
  /** Of the title: service, node or domain. */
  readonly about: Readonly<Record<string, string>>
  readonly made: PlanView | undefined
  readonly error?: unknown
  readonly onClose: () => void
  /** When the dialog is closed after the plan was applied; `onClose` without. */
  readonly onDone?: () => void
  /** Above the plan: what it was made with and may be changed. */
  readonly children?: ReactNode
}
/** What will happen, before it happens. One confirm, and the same dialog shows it happening. */
export function PlanFlow({ clusterId, kind, about, made, error: unmade, onClose, onDone = onClose, children }: FlowProps) {
  const t = useTranslations()
  const say = useCoded("plans")
  const [newer, setNewer] = useState<{ readonly plan: PlanView; readonly of: string }>()
  const [why, setWhy] = useState("")
  const applying = useMutation({
    mutationFn: (planId: string) => client.plan.apply({ planId, why }),
    onError: (error) => {
      const plan = refusalOf(error)?.plan
      if (plan && made) setNewer({ plan, of: made.id })
    },
  })
  const isNewer = newer !== undefined && newer.of === made?.id
  const plan = isNewer ? newer.plan : made
  const error = applying.error ?? unmade
  const reports = reportsOf(error)
  const confirm = useRef<HTMLDivElement>(null)
  // The plan was asked for by a click: once it is there, Enter confirms it.
  const isThere = plan !== undefined
  useEffect(() => {
    if (isThere) confirm.current?.querySelector<HTMLButtonElement>("button:last-child")?.focus()
  }, [isThere])
  const title = say(`titles.${kind}`, about)
  if (applying.data) {
    return (
      <Dialog title={title} sub={t("plans.running")} onClose={onDone}>
        <JobProgress clusterId={clusterId} jobId={applying.data.jobId} onClose={onDone} />
      </Dialog>
    )
  }
  return (
    <Dialog title={title} sub={plan && placesOf(plan)} onClose={onClose}>
      <div className="mt-3 grid gap-3">
        {isNewer && (
          <Banner mark="need" isAlert>
            {t("plans.stale")}
          </Banner>
        )}
        <Reports reports={reports} />
        {children}
        {!plan && !error && (
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
            <Button look={stops.includes(kind) ? "danger" : "primary"} isBusy={applying.isPending} onPress={() => applying.mutate(plan.id)}>
              {say(`confirm.${kind}`, { ...about, to: plan.subject.to ?? "" })}
            </Button>
          )}
        </DialogFoot>
      </div>
    </Dialog>
  )
}
