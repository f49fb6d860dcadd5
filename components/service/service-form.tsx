"use client"
import { useMutation, useQuery } from "@tanstack/react-query"
import Link from "next/link"
import { useRouter } from "next/navigation"
import { useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { Button, LinkButton } from "@/components/ui/button"
import { Banner, Card, PageHead } from "@/components/ui/card"
import { Checkbox, SelectField, TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { api, client } from "@/lib/client/api"
import type { Report } from "@/lib/domain/report"
import type { DomainView } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"
import { inputOf, renamed, type ServiceDraft } from "./draft"
import { ResourceList } from "./resource-list"

/** Fields that the form shows errors at; every other report stands in the banner. */
const atField = /^(name|domain|resources|resources\.\d+\.(name|params\.(unit|script|agent|params\..+)))$/
const fieldOf = ({ field = "" }: Report): string => field.replace(/^service\./, "")

function useErrors(error: unknown) {
  const t = useTranslations("reports")
  const reports = reportsOf(error)
  const isAt = (r: Report) =>
    atField.test(fieldOf(r)) && (r.code === "invalid" || r.code === "nameTaken" || r.code === "secretParameter" || r.code === "notFound")
  const words = (r: Report) =>
    r.code === "invalid"
      ? r.params.detail
      : r.code === "nameTaken"
        ? t("nameTaken", { name: r.params.name ?? "" })
        : r.code === "secretParameter"
          ? t("secretParameter")
          : t("notFound", { what: r.params.what ?? "" })
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
}
export function ServiceForm({ clusterId, was, start, domains: firstDomains }: FormProps) {
  const t = useTranslations()
  const router = useRouter()
  const [draft, setDraft] = useState(start)
  const { data: domains } = useQuery({ ...api.domain.list.queryOptions({ input: { clusterId } }), initialData: firstDomains })
  const page = `/c/${clusterId}/services/${draft.name.trim()}`
  const saving = useMutation({
    mutationFn: () => client.service.save({ clusterId, was, service: inputOf(draft) }),
    onSuccess: ({ bootEnabled }) => bootEnabled.length === 0 && router.push(page),
  })
  const { others, errorAt } = useErrors(saving.error)
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
            saving.mutate()
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
          <Checkbox
            checked={draft.autostart}
            hint={t("services.autostartHint")}
            onChange={(event) => setDraft({ ...draft, autostart: event.target.checked })}
          >
            {t("services.autostart")}
          </Checkbox>
          <Checkbox
            checked={draft.isExclusive}
            hint={t("services.exclusiveHint")}
            onChange={(event) => setDraft({ ...draft, isExclusive: event.target.checked })}
          >
            {t("services.exclusive")}
          </Checkbox>
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
            <Button type="submit" look="primary" isBusy={saving.isPending}>
              {t("common.save")}
            </Button>
          </div>
        </form>
      </Card>
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
