"use client"
import { useQuery } from "@tanstack/react-query"
import Link from "next/link"
import { Button } from "@/components/ui/button"
import { TextField } from "@/components/ui/field"
import { useFieldError } from "@/components/ui/field-error"
import { api } from "@/lib/client/api"
import { useTranslations } from "@/lib/i18n/use"
import { CheckFields } from "./check-fields"
import { newResource, type ResourceDraft, usingShared, withResource } from "./draft"
import { ResourceFields } from "./resource-fields"
import { TreeFields } from "./tree-fields"

type ListProps = {
  readonly clusterId: string
  readonly service: string
  readonly resources: readonly ResourceDraft[]
  readonly onChange: (resources: readonly ResourceDraft[]) => void
  readonly errorAt: (path: string) => string | undefined
}
const moved = <T,>(list: readonly T[], from: number, to: number): readonly T[] => {
  const rest = list.filter((_, i) => i !== from)
  const one = list[from]
  return one === undefined ? list : [...rest.slice(0, to), one, ...rest.slice(to)]
}
/** Started from top to bottom; order is changed by buttons, so by keyboard as well. */
export function ResourceList({ clusterId, service, resources, onChange, errorAt }: ListProps) {
  const t = useTranslations("services")
  const missing = useFieldError(errorAt("resources"))
  const { data: shared = [] } = useQuery(api.resource.list.queryOptions({ input: { clusterId } }))
  const free = shared.filter(({ name }) => !resources.some((r) => r.name === name))
  const add = (kind: ResourceDraft["kind"]) => onChange([...resources, newResource(kind, service, resources)])
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-1 text-[14px] font-semibold">{t("resources")}</legend>
      <p className="text-xs text-ink3">{t("resourcesHint")}</p>
      {missing !== undefined && (
        <p role="alert" className="text-xs text-bad">
          {missing}
        </p>
      )}
      {resources.map((draft, i) => (
        <fieldset key={draft.key} className="grid gap-3 rounded-lg border p-3">
          <legend className="px-1 text-ink2">
            {i + 1} · {t(`kinds.${draft.kind}`)}
            {draft.isShared && ` · ${t("sharedOne")}`}
          </legend>
          {draft.isShared ? (
            <Link href={`/c/${clusterId}/resources/${draft.name}`} target="_blank" className="text-accent">
              {t("sharedLink", { name: draft.name })}
            </Link>
          ) : (
            <ResourceFields
              clusterId={clusterId}
              draft={draft}
              onChange={(next) => onChange(withResource(resources, service, next))}
              errorAt={(path) => errorAt(`resources.${i}.${path}`)}
            />
          )}
          <CheckFields
            draft={draft}
            onChange={(next) => onChange(withResource(resources, service, next))}
            errorAt={(path) => errorAt(`resources.${i}.${path}`)}
          />
          <TreeFields
            draft={draft}
            before={resources.slice(0, i)}
            onChange={(next) => onChange(withResource(resources, service, next))}
            errorAt={(path) => errorAt(`resources.${i}.${path}`)}
          />
          <div className="flex flex-wrap items-end gap-2">
            <div className="min-w-44 flex-1">
              <TextField
                label={t("resourceName")}
                value={draft.name}
                readOnly={draft.isShared}
                onChange={(event) =>
                  onChange(withResource(resources, service, { ...draft, name: event.target.value, isNameSuggested: false }))
                }
                error={errorAt(`resources.${i}.name`)}
              />
            </div>
            <Button label={t("up", { name: draft.name })} onPress={() => onChange(moved(resources, i, Math.max(0, i - 1)))}>
              ↑
            </Button>
            <Button label={t("down", { name: draft.name })} onPress={() => onChange(moved(resources, i, i + 1))}>
              ↓
            </Button>
            <Button
              label={t("removeResource", { name: draft.name })}
              onPress={() => onChange(resources.filter((r) => r.key !== draft.key))}
            >
              ✕
            </Button>
          </div>
        </fieldset>
      ))}
      <div className="flex flex-wrap gap-2">
        <Button onPress={() => add("ip")}>{t("addAddress")}</Button>
        <Button onPress={() => add("systemd")}>{t("addUnit")}</Button>
        <Button onPress={() => add("ocf")}>{t("addAgent")}</Button>
        <Button onPress={() => add("lsb")}>{t("addScript")}</Button>
        {free.map((one) => (
          <Button key={one.name} onPress={() => onChange([...resources, usingShared(one)])}>
            {t("addShared", { name: one.name })}
          </Button>
        ))}
      </div>
    </fieldset>
  )
}
