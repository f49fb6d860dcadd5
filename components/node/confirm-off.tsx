"use client"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { type FormEvent, useId, useState } from "react"
import { PasswordAgain, TypedName, useErrors } from "@/components/lost/again"
import { Danger } from "@/components/lost/danger"
import { EvidenceList } from "@/components/lost/evidence-list"
import { recoverable, ServicesAfter } from "@/components/lost/services-after"
import { useBy } from "@/components/lost/words"
import { Button } from "@/components/ui/button"
import { Banner } from "@/components/ui/card"
import { Dialog, DialogFoot } from "@/components/ui/dialog"
import { Checkbox, TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { api, client } from "@/lib/client/api"
import type { LostView } from "@/lib/domain/fencing"
import type { Report } from "@/lib/domain/report"
import { useTranslations } from "@/lib/i18n/use"

const fields = ["typed", "isSure", "saw", "password", "override"]
const isAgainst = ({ code }: Report) => code === "witnessAgainst"

type ConfirmProps = { readonly clusterId: string; readonly view: LostView; readonly isAdmin: boolean; readonly onClose: () => void }
/** A person says that a silent node is off. What that lets happen, and what it destroys when it is not true, stands above the button. */
export function ConfirmOff({ clusterId, view, isAdmin, onClose }: ConfirmProps) {
  const t = useTranslations("lost")
  const tCommon = useTranslations("common")
  const queries = useQueryClient()
  const say = useBy()
  const { node } = view
  const [form, setForm] = useState({ typed: "", isSure: false, saw: "", password: "", override: "" })
  const change = (part: Partial<typeof form>) => setForm((was) => ({ ...was, ...part }))
  const confirming = useMutation({
    mutationFn: () => client.node.confirmOff({ clusterId, name: node, ...form }),
    onSuccess: onClose,
    onSettled: () =>
      Promise.all([queries.invalidateQueries({ queryKey: api.node.key() }), queries.invalidateQueries({ queryKey: api.fence.key() })]),
  })
  const { at, reports, others } = useErrors(confirming.error, fields)
  // The server asks every witness anew: what it was told then counts more than what the page knew.
  const told = reports.find(isAgainst)?.params.by?.split(", ")
  const alone = view.judgement === "panelCutOff" ? ["panelCutOff"] : []
  const by = told ?? [...view.against, ...alone]
  const isContradicted = by.length > 0 || at("override") !== undefined
  const n = recoverable(view)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!confirming.isPending) confirming.mutate()
  }
  return (
    <Dialog
      title={t("confirmTitle", { node })}
      sub={t(view.readiness === "none" ? "confirmNoDevice" : "confirmHasDevice", { node })}
      onClose={onClose}
    >
      <form className="mt-3 grid gap-3" noValidate={true} onSubmit={submit}>
        <EvidenceList witnesses={view.evidence.witnesses} nowMs={view.nowMs} />
        <ServicesAfter view={view} />
        <Danger node={node} />
        {isContradicted && <Against node={node} by={say(by)} isAdmin={isAdmin} needsTwo={view.needsTwo} />}
        <Reports reports={others.filter((r) => !isAgainst(r))} />
        <Sure node={node} isSure={form.isSure} onChange={(isSure) => change({ isSure })} error={at("isSure")} />
        <TypedName node={node} value={form.typed} onChange={(typed) => change({ typed })} error={at("typed")} />
        <TextField
          label={t("saw")}
          hint={t("sawHint")}
          value={form.saw}
          error={at("saw")}
          maxLength={500}
          onChange={(event) => change({ saw: event.target.value })}
        />
        {isContradicted && isAdmin && (
          <TextField
            label={t("override", { by: say(by) })}
            hint={t("overrideHint", { n: form.override.trim().length })}
            value={form.override}
            error={at("override")}
            maxLength={500}
            onChange={(event) => change({ override: event.target.value })}
          />
        )}
        <PasswordAgain value={form.password} onChange={(password) => change({ password })} error={at("password")} />
        <DialogFoot>
          <Button look="quiet" onPress={onClose}>
            {tCommon("cancel")}
          </Button>
          <Button
            type="submit"
            look="danger"
            isBusy={confirming.isPending}
            why={isContradicted && !isAdmin ? t("againstOperator", { node }) : undefined}
          >
            {isContradicted && view.needsTwo ? t("submitTwo") : t("submit", { n })}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}

type AgainstProps = { readonly node: string; readonly by: string; readonly isAdmin: boolean; readonly needsTwo: boolean }
/** Somebody says that it is not off: who, and what that means for the one who asks. */
function Against({ node, by, isAdmin, needsTwo }: AgainstProps) {
  const t = useTranslations("lost")
  return (
    <Banner mark="need" isAlert>
      <span className="min-w-0 flex-1">
        <b>{t("against", { by, node })}</b>
        {!isAdmin && <span className="block">{t("againstOperator", { node })}</span>}
        {isAdmin && needsTwo && <span className="block">{t("needsTwo")}</span>}
      </span>
    </Banner>
  )
}
type SureProps = {
  readonly node: string
  readonly isSure: boolean
  readonly onChange: (isSure: boolean) => void
  readonly error: string | undefined
}
function Sure({ node, isSure, onChange, error }: SureProps) {
  const t = useTranslations("lost")
  const id = useId()
  return (
    <div>
      <Checkbox
        checked={isSure}
        onChange={(event) => onChange(event.target.checked)}
        {...(error === undefined ? {} : { "aria-invalid": true, "aria-describedby": id })}
      >
        {t("sure", { node })}
      </Checkbox>
      {error !== undefined && (
        <p id={id} className="text-xs text-bad">
          {error}
        </p>
      )}
    </div>
  )
}
