"use client"
import { useMutation } from "@tanstack/react-query"
import { useRouter } from "next/navigation"
import { useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { PlanFlow } from "@/components/plan/plan-flow"
import { Button, LinkButton } from "@/components/ui/button"
import { Card, PageHead } from "@/components/ui/card"
import { Checkbox, TextField } from "@/components/ui/field"
import { useFieldError } from "@/components/ui/field-error"
import { Reports } from "@/components/ui/reports"
import { client } from "@/lib/client/api"
import type { DomainView, PlanView } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"

type FormProps = { readonly clusterId: string; readonly was: DomainView | null; readonly nodes: readonly string[] }
const flags = ["ordered", "restricted", "nofailback"] as const

export function DomainForm({ clusterId, was, nodes }: FormProps) {
  const t = useTranslations()
  const router = useRouter()
  const [name, setName] = useState(was?.name ?? "")
  const [on, setOn] = useState({
    ordered: was?.ordered ?? true,
    restricted: was?.restricted ?? false,
    nofailback: was?.nofailback ?? false,
  })
  const [priorities, setPriorities] = useState<Readonly<Record<string, string>>>(
    Object.fromEntries(
      (was?.members ?? nodes.map((node, i) => ({ node, priority: i + 1 }))).map(({ node, priority }, i) => [
        node,
        String(priority ?? i + 1),
      ]),
    ),
  )
  const chosen = nodes.filter((node) => priorities[node] !== undefined)
  const members = chosen.map((node) => ({ node, ...(on.ordered && priorities[node] !== "" ? { priority: Number(priorities[node]) } : {}) }))
  const back = `/c/${clusterId}/domains`
  const [plan, setPlan] = useState<PlanView>()
  // What is new moves nothing; a change shows what it means first.
  const saving = useMutation({
    mutationFn: async () => {
      const domain = { name: name.trim(), ...on, members }
      if (was === null) return void (await client.domain.save({ clusterId, was: null, domain }))
      return client.plan.domain({ clusterId, was: was.name, domain })
    },
    onSuccess: (made) => (made ? setPlan(made) : router.push(back)),
  })
  const reports = reportsOf(saving.error).map((r) => ({
    ...r,
    field: (r.field ?? "").replace(/^domain\./, ""),
  }))
  const isAt = (field: string) => field === "name" || field === "members" || /^members\.\d+\.priority$/.test(field)
  const detail = (field: string) => reports.find((r) => r.field === field && r.code === "invalid")?.params.detail
  const missing = useFieldError(detail("members"))
  const choose = (node: string, isChosen: boolean) =>
    setPriorities((old) =>
      isChosen ? { ...old, [node]: String(nodes.indexOf(node) + 1) } : Object.fromEntries(Object.entries(old).filter(([n]) => n !== node)),
    )
  return (
    <>
      <PageHead title={was ? t("domains.editTitle", { name: was.name }) : t("domains.newTitle")} sub={t("domains.text")} />
      <Card className="max-w-xl p-4">
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            saving.mutate()
          }}
        >
          <Reports reports={reports.filter((r) => !(isAt(r.field) && r.code === "invalid"))} />
          <TextField
            label={t("domains.name")}
            value={name}
            required
            onChange={(event) => setName(event.target.value)}
            error={detail("name")}
          />
          {flags.map((flag) => (
            <Checkbox
              key={flag}
              checked={on[flag]}
              hint={t(`domains.${flag}Hint`)}
              onChange={(event) => setOn({ ...on, [flag]: event.target.checked })}
            >
              {t(`domains.${flag}`)}
            </Checkbox>
          ))}
          <fieldset className="grid gap-2">
            <legend className="mb-1 font-medium">{t("domains.members")}</legend>
            {missing !== undefined && (
              <p role="alert" className="text-xs text-bad">
                {missing}
              </p>
            )}
            {nodes.map((node) => (
              <div key={node} className="grid grid-cols-2 items-center gap-3">
                <Checkbox checked={priorities[node] !== undefined} onChange={(event) => choose(node, event.target.checked)}>
                  {t("domains.isMember", { node })}
                </Checkbox>
                {on.ordered && priorities[node] !== undefined && (
                  <TextField
                    label={t("domains.priorityOf", { node })}
                    inputMode="numeric"
                    value={priorities[node]}
                    onChange={(event) => setPriorities({ ...priorities, [node]: event.target.value })}
                    error={detail(`members.${chosen.indexOf(node)}.priority`)}
                  />
                )}
              </div>
            ))}
          </fieldset>
          <div className="flex justify-end gap-2">
            <LinkButton href={back} look="quiet">
              {t("common.cancel")}
            </LinkButton>
            <Button type="submit" look="primary" isBusy={saving.isPending}>
              {t("common.save")}
            </Button>
          </div>
        </form>
      </Card>
      {plan && (
        <PlanFlow
          {...{ clusterId, kind: "domain", about: { domain: name.trim() }, made: plan }}
          onClose={() => setPlan(undefined)}
          onDone={() => router.push(back)}
        />
      )}
    </>
  )
}
