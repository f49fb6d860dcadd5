"use client"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { type FormEvent, useRef, useState } from "react"
import { JobProgress } from "@/components/job/job-progress"
import { PlanBody } from "@/components/plan/plan-body"
import { Button } from "@/components/ui/button"
import { Banner } from "@/components/ui/card"
import { Dialog, DialogFoot } from "@/components/ui/dialog"
import { TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { api, client, refusalOf } from "@/lib/client/api"
import type { FenceAction } from "@/lib/domain/fencing"
import type { PlanView } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"
import { PasswordAgain, TypedName, useErrors } from "./again"

const fields = ["typed", "password", "why"]
type PowerProps = { readonly clusterId: string; readonly node: string; readonly action: FenceAction; readonly onClose: () => void }
/** A node's power by its fence devices: what it means before it is done, the name and the password again, then how it goes. */
export function PowerDialog({ clusterId, node, action, onClose }: PowerProps) {
  const t = useTranslations("lost")
  const words = useTranslations()
  const queries = useQueryClient()
  const opened = useRef(crypto.randomUUID())
  const making = useQuery({
    queryKey: ["plan", opened.current],
    queryFn: () => client.plan.power({ clusterId, power: node, action }),
    ...{ retry: false, gcTime: 0 },
  })
  const [newer, setNewer] = useState<PlanView>()
  const [form, setForm] = useState({ typed: "", password: "", why: "" })
  const change = (part: Partial<typeof form>) => setForm((was) => ({ ...was, ...part }))
  const plan = newer ?? making.data
  const applying = useMutation({
    mutationFn: (planId: string) => client.fence.apply({ planId, ...form }),
    onError: (error) => {
      const changed = refusalOf(error)?.plan
      if (changed) setNewer(changed)
    },
    onSettled: () =>
      Promise.all([queries.invalidateQueries({ queryKey: api.node.key() }), queries.invalidateQueries({ queryKey: api.fence.key() })]),
  })
  const { at, others } = useErrors(applying.error ?? making.error, fields)
  const title = t(`powerFor.${action}`, { node })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (plan && !applying.isPending) applying.mutate(plan.id)
  }
  if (applying.data)
    return (
      <Dialog title={title} sub={words("plans.running")} onClose={onClose}>
        <JobProgress clusterId={clusterId} jobId={applying.data.jobId} onClose={onClose} />
      </Dialog>
    )
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="mt-3 grid gap-3" noValidate={true} onSubmit={submit}>
        {newer && (
          <Banner mark="need" isAlert>
            {t("stale")}
          </Banner>
        )}
        <Reports reports={others.filter(({ code }) => code !== "planStale")} />
        {!plan && !making.error && (
          <p role="status" className="text-ink2">
            {words("plans.making")}
          </p>
        )}
        {plan && (
          <>
            <PlanBody plan={plan} />
            <TypedName node={node} value={form.typed} onChange={(typed) => change({ typed })} error={at("typed")} />
            <TextField
              label={t("why")}
              hint={t("whyHint")}
              value={form.why}
              error={at("why")}
              maxLength={500}
              onChange={(event) => change({ why: event.target.value })}
            />
            <PasswordAgain value={form.password} onChange={(password) => change({ password })} error={at("password")} />
          </>
        )}
        <DialogFoot>
          <Button look="quiet" onPress={onClose}>
            {words("common.cancel")}
          </Button>
          {plan && (
            <Button type="submit" look={action === "on" ? "primary" : "danger"} isBusy={applying.isPending}>
              {title}
            </Button>
          )}
        </DialogFoot>
      </form>
    </Dialog>
  )
}
