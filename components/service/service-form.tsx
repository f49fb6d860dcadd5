"use client"
import { useMutation, useQuery } from "@tanstack/react-query"
import Link from "next/link"
import { useRouter } from "next/navigation"
import { useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { PlanFlow } from "@/components/plan/plan-flow"
import { Button, LinkButton } from "@/components/ui/button"
import { Banner, Card, PageHead } from "@/components/ui/card"
import { SelectField, TextField } from "@/components/ui/field"
import { Reports, useReport } from "@/components/ui/reports"
import { api, client } from "@/lib/client/api"
import type { Report } from "@/lib/domain/report"
import type { DomainView, PlanView } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"
import { inputOf, renamed, type ServiceDraft } from "./draft"
import { PolicyFields } from "./policy-fields"
import { ResourceList } from "./resource-list"

/** Fields that the form shows errors at; every other report stands in the banner. */
const atField =
  /^(name|domain|dependsOn|maxRestarts|restartExpireMs|priority|resources|resources\.\d+\.(name|parent|independentSubtree|maxRestarts|restartExpireMs|maxFailures|failureExpireMs|params\.(unit|script|agent|monitorEveryMs|deepChecks.*|timeouts\..+|params\..+)))$/
const fieldOf = ({ field = "" }: Report): string => field.replace(/^(service|definition)\./, "")

function useErrors(error: unknown) {
  const reports = reportsOf(error)
  const say = useReport()
  const isAt = (r: Report) => atField.test(fieldOf(r))
  // The field itself looks up the words of what its schema says.
  const words = (r: Report) => (r.code === "invalid" ? r.params.detail : say(r))
  return {
    others: reports.filter((r) => !isAt(r)),
    errorAt: (path: string): string | undefined => {
      const found = reports.find((r) => isAt(r) && fieldOf(r) === path)
      return found && words(found)
    },
  }
}
type FormProps = {
  readonly clusterId: string
  readonly was: string | null
  readonly start: ServiceDraft
  readonly domains: readonly DomainView[]
  /** Names of the other services: what this one may depend on. */
  readonly others: readonly string[]
}
export function ServiceForm({ clusterId, was, start, domains: firstDomains, others: services }: FormProps) {
  const t = useTranslations()
  const router = useRouter()
  const [draft, setDraft] = useState(start)
  const { data: domains } = useQuery({ ...api.domain.list.queryOptions({ input: { clusterId } }), initialData: firstDomains })
  const page = `/c/${clusterId}/services/${draft.name.trim()}`
  const saving = useMutation({
    mutationFn: () => client.service.save({ clusterId, was, service: inputOf(draft) }),
    onSuccess: ({ bootEnabled }) => bootEnabled.length === 0 && router.push(page),
  })
  // A change shows what it does first: what differs is restarted, the rest goes on.
  const [plan, setPlan] = useState<PlanView>()
  const planning = useMutation({
    mutationFn: (name: string) => client.plan.definition({ clusterId, was: name, definition: inputOf(draft) }),
    onSuccess: setPlan,
  })
  const { others, errorAt } = useErrors(saving.error ?? planning.error)
  if (saving.data && saving.data.bootEnabled.length > 0)
    return <BootOffer clusterId={clusterId} name={draft.name.trim()} found={saving.data.bootEnabled} />
  return (
    <>
      <PageHead title={was === null ? t("services.newTitle") : t("services.editTitle", { name: was })} />
      <Card className="max-w-3xl p-4">
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            if (was === null) saving.mutate()
            else planning.mutate(was)
          }}
        >
          <Reports reports={others} />
          <TextField
            label={t("services.name")}
            value={draft.name}
            required
            onChange={(event) => setDraft(renamed(draft, event.target.value))}
            error={errorAt("name")}
          />
          <div>
            <SelectField
              label={t("services.domain")}
              value={draft.domain}
              options={[{ value: "", label: t("services.noDomain") }, ...domains.map(({ name }) => ({ value: name, label: name }))]}
              onChange={(event) => setDraft({ ...draft, domain: event.target.value })}
              error={errorAt("domain")}
            />
            <Link href={`/c/${clusterId}/domains/new`} target="_blank" className="text-xs text-accent">
              {t("services.newDomain")}
            </Link>
          </div>
          <PolicyFields draft={draft} others={services} onChange={setDraft} errorAt={errorAt} />
          <ResourceList
            clusterId={clusterId}
            service={draft.name}
            resources={draft.resources}
            onChange={(resources) => setDraft({ ...draft, resources })}
            errorAt={errorAt}
          />
          <div className="flex justify-end gap-2">
            <LinkButton href={was === null ? `/c/${clusterId}/services` : `/c/${clusterId}/services/${was}`} look="quiet">
              {t("common.cancel")}
            </LinkButton>
            <Button type="submit" look="primary" isBusy={saving.isPending || planning.isPending}>
              {t("common.save")}
            </Button>
          </div>
        </form>
      </Card>
      {plan && (
        <PlanFlow
          {...{ clusterId, kind: "reconfigure", about: { service: draft.name.trim() }, made: plan }}
          onClose={() => setPlan(undefined)}
          onDone={() => router.push(page)}
        />
      )}
    </>
  )
}
type Boot = { readonly unit: string; readonly nodes: readonly string[] }
type OfferProps = { readonly clusterId: string; readonly name: string; readonly found: readonly Boot[] }
/** A unit that a member starts by itself at boot would run twice after a reboot: offered to be switched off, here and on the service's page. */
export function BootOffer({ clusterId, name, found }: OfferProps) {
  const t = useTranslations("services")
  return (
    <div className="grid gap-3">
      <BootBanners clusterId={clusterId} name={name} found={found} />
      <p>
        <LinkButton href={`/c/${clusterId}/services/${name}`}>{t("goOn")}</LinkButton>
      </p>
    </div>
  )
}
export function BootBanners({ clusterId, name, found }: OfferProps) {
  const t = useTranslations("services")
  const router = useRouter()
  const disabling = useMutation({
    mutationFn: (unit: string) => client.service.bootDisable({ clusterId, name, unit }),
    onSuccess: ({ jobId }) => router.push(`/c/${clusterId}/jobs/${jobId}`),
  })
  return (
    <>
      {disabling.error && <Reports reports={reportsOf(disabling.error)} />}
      {found.map(({ unit, nodes }) => (
        <Banner key={unit} mark="need">
          <span className="min-w-0 flex-1">{t("bootTitle", { unit, nodes: nodes.join(", ") })}</span>
          <Button isBusy={disabling.isPending} onPress={() => disabling.mutate(unit)}>
            {t("bootDisable", { unit })}
          </Button>
        </Banner>
      ))}
    </>
  )
}
