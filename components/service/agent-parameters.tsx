"use client"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { api } from "@/lib/client/api"
import { useTranslations } from "@/lib/i18n/use"
import type { ResourceDraft } from "./draft"

type ParametersProps = {
  readonly clusterId: string
  readonly draft: ResourceDraft
  readonly onChange: (draft: ResourceDraft) => void
  readonly errorAt: (path: string) => string | undefined
}
/** The form that the agent itself describes: what it demands first, the rest on request. Its words are shown as text. */
export function AgentParameters({ clusterId, draft, onChange, errorAt }: ParametersProps) {
  const t = useTranslations()
  const { provider, agent } = draft
  // Asked once: a field that moved while somebody types in it would lose the keyboard.
  const [given] = useState(() => Object.keys(draft.params))
  const { data, error } = useQuery({ ...api.agent.metadata.queryOptions({ input: { clusterId, provider, agent } }), retry: false })
  if (error) return <Reports reports={reportsOf(error)} />
  if (!data) return <p role="status">{t("common.loading")}</p>
  const field = (p: (typeof data.parameters)[number]) => (
    <TextField
      key={p.name}
      label={p.required ? `${p.name} (${t("common.required")})` : p.name}
      hint={[
        p.shortdesc,
        p.unique ? t("services.unique") : undefined,
        p.default === null || p.default === "" ? undefined : t("services.defaultIs", { value: p.default }),
      ]
        .filter(Boolean)
        .join(" · ")}
      title={p.longdesc}
      value={draft.params[p.name] ?? ""}
      onChange={(event) => onChange({ ...draft, params: { ...draft.params, [p.name]: event.target.value } })}
      error={errorAt(`params.params.${p.name}`)}
    />
  )
  const isShown = (p: (typeof data.parameters)[number]) => p.required || given.includes(p.name)
  const rest = data.parameters.filter((p) => !isShown(p))
  return (
    <div className="grid gap-3">
      <p className="text-ink2">{data.shortdesc}</p>
      {data.parameters.filter(isShown).map(field)}
      {rest.length > 0 && (
        <details>
          <summary className="text-ink2">{t("services.optional", { n: rest.length })}</summary>
          <div className="mt-2 grid gap-3 sm:grid-cols-2">{rest.map(field)}</div>
        </details>
      )}
    </div>
  )
}
