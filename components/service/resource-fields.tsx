"use client"
import { useQuery } from "@tanstack/react-query"
import { rgmanagerTypes } from "@/agents/schemas"
import { reportsOf } from "@/components/node/refusals"
import { Checkbox, SelectField, TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { api } from "@/lib/client/api"
import { useTranslations } from "@/lib/i18n/use"
import { AgentParameters } from "./agent-parameters"
import type { ResourceDraft } from "./draft"

type FieldsProps = {
  readonly clusterId: string
  readonly draft: ResourceDraft
  readonly onChange: (draft: ResourceDraft) => void
  readonly errorAt: (path: string) => string | undefined
}

/** The fields of one resource, by its kind. */
export function ResourceFields(props: FieldsProps) {
  const t = useTranslations("services")
  const { draft, onChange, errorAt } = props
  switch (draft.kind) {
    case "ip":
      return <AddressFields {...props} />
    case "systemd":
      return <UnitField {...props} />
    case "lsb":
      return (
        <TextField
          label={t("script")}
          hint={t("scriptHint")}
          value={draft.script}
          placeholder="/etc/init.d/httpd"
          onChange={(event) => onChange({ ...draft, script: event.target.value })}
          error={errorAt("params.script")}
        />
      )
    case "ocf":
      return <AgentFields {...props} />
    default:
      return draft.kind satisfies never
  }
}
function AddressFields({ draft, onChange, errorAt }: FieldsProps) {
  const t = useTranslations("services")
  const field = (name: string) => ({
    value: draft.params[name] ?? "",
    onChange: (event: { target: { value: string } }) => onChange({ ...draft, params: { ...draft.params, [name]: event.target.value } }),
    error: errorAt(`params.params.${name}`),
  })
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-3">
        <TextField label={t("ip")} {...field("ip")} placeholder="192.168.10.246" />
        <TextField label={t("prefix")} {...field("cidr_netmask")} inputMode="numeric" />
        <TextField label={t("nic")} hint={t("nicHint")} {...field("nic")} />
      </div>
      <Checkbox
        checked={draft.params.run_arping === "true"}
        onChange={(event) => onChange({ ...draft, params: { ...draft.params, run_arping: event.target.checked ? "true" : "" } })}
      >
        {t("arping")}
      </Checkbox>
    </>
  )
}
function UnitField({ clusterId, draft, onChange, errorAt }: FieldsProps) {
  const t = useTranslations("services")
  const { data } = useQuery(api.agent.list.queryOptions({ input: { clusterId } }))
  const list = `units-${draft.key}`
  return (
    <>
      <TextField
        label={t("unit")}
        list={list}
        value={draft.unit}
        placeholder="apache2.service"
        onChange={(event) => onChange({ ...draft, unit: event.target.value })}
        error={errorAt("params.unit")}
      />
      <datalist id={list}>
        {data?.units.map(({ unit }) => (
          <option key={unit} value={unit} />
        ))}
      </datalist>
    </>
  )
}
/** rgmanager's names of what is there under another one. */
const oldNames = (agents: readonly string[]) =>
  Object.entries(rgmanagerTypes)
    .filter(([old, { agent }]) => agents.includes(agent) && !agents.includes(old))
    .map(([old, { agent }]) => ({ value: `rgmanager:${old}`, label: `${old} (rgmanager) → ${agent}` }))
function chosen(value: string): Pick<ResourceDraft, "agent" | "params"> {
  const successor = value.startsWith("rgmanager:") ? rgmanagerTypes[value.slice("rgmanager:".length)] : undefined
  return successor ? { agent: successor.agent, params: successor.params ?? {} } : { agent: value, params: {} }
}
function AgentFields(props: FieldsProps) {
  const { clusterId, draft, onChange, errorAt } = props
  const t = useTranslations("services")
  const { data, error } = useQuery(api.agent.list.queryOptions({ input: { clusterId } }))
  const providers = data?.providers ?? []
  const agents = providers.find((p) => p.provider === draft.provider)?.agents ?? []
  return (
    <>
      <Reports reports={reportsOf(error)} />
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField
          label={t("provider")}
          value={draft.provider}
          options={providers.map(({ provider }) => ({ value: provider, label: provider }))}
          onChange={(event) => onChange({ ...draft, provider: event.target.value, agent: "" })}
        />
        <SelectField
          label={t("agent")}
          value={draft.agent}
          options={[
            { value: "", label: t("chooseAgent") },
            ...agents.map((agent) => ({ value: agent, label: agent })),
            ...(draft.provider === "heartbeat" ? oldNames(agents) : []),
          ]}
          onChange={(event) => onChange({ ...draft, ...chosen(event.target.value) })}
          error={errorAt("params.agent")}
        />
      </div>
      {draft.agent !== "" && <AgentParameters key={`${draft.provider}/${draft.agent}`} {...props} />}
    </>
  )
}
