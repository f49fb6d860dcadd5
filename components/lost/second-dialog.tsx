"use client"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { type FormEvent, useState } from "react"
import { clockTime } from "@/components/ui/age"
import { Button } from "@/components/ui/button"
import { Dialog, DialogFoot } from "@/components/ui/dialog"
import { Reports } from "@/components/ui/reports"
import { api, client } from "@/lib/client/api"
import type { LostView } from "@/lib/domain/fencing"
import { useTranslations } from "@/lib/i18n/use"
import { PasswordAgain, TypedName, useErrors } from "./again"
import { Danger } from "./danger"
import { EvidenceList } from "./evidence-list"
import { recoverable, ServicesAfter } from "./services-after"

type SecondProps = {
  readonly clusterId: string
  readonly view: LostView
  readonly asked: NonNullable<LostView["asked"]>
  readonly onClose: () => void
}
/** The second of two persons, where a witness says otherwise: what the first one saw, and what the witnesses say now. */
export function SecondDialog({ clusterId, view, asked, onClose }: SecondProps) {
  const t = useTranslations("lost")
  const tCommon = useTranslations("common")
  const queries = useQueryClient()
  const { node } = view
  const [typed, setTyped] = useState("")
  const [password, setPassword] = useState("")
  const confirming = useMutation({
    mutationFn: () => client.node.confirmSecond({ clusterId, name: node, id: asked.id, typed, password }),
    onSuccess: onClose,
    onSettled: () =>
      Promise.all([queries.invalidateQueries({ queryKey: api.node.key() }), queries.invalidateQueries({ queryKey: api.fence.key() })]),
  })
  const { at, others } = useErrors(confirming.error, ["typed", "password"])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!confirming.isPending) confirming.mutate()
  }
  return (
    <Dialog title={t("secondTitle", { node })} sub={t("secondText")} onClose={onClose}>
      <form className="mt-3 grid gap-3" noValidate={true} onSubmit={submit}>
        <p>
          {t("askedBy", { who: asked.who, time: clockTime(asked.atMs), node })} <q className="font-medium break-words">{asked.why}</q>
        </p>
        <EvidenceList witnesses={view.evidence.witnesses} nowMs={view.nowMs} />
        <ServicesAfter view={view} />
        <Danger node={node} />
        <Reports reports={others} />
        <TypedName node={node} value={typed} onChange={setTyped} error={at("typed")} />
        <PasswordAgain value={password} onChange={setPassword} error={at("password")} />
        <DialogFoot>
          <Button look="quiet" onPress={onClose}>
            {tCommon("cancel")}
          </Button>
          <Button type="submit" look="danger" isBusy={confirming.isPending}>
            {t("secondSubmit", { n: recoverable(view) })}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
