"use client"
import { useState } from "react"
import { StateMark } from "@/components/ui/state-mark"
import type { FenceDeviceView } from "@/lib/domain/fencing"
import { useTranslations } from "@/lib/i18n/use"
import { TextField } from "../ui/field"
import { type DeviceDraft, fieldsOf } from "./device-draft"
import type { Metadata, Parameter } from "./metadata"
import { ParameterField, SecretField } from "./parameter-field"

type Props = {
  readonly was: FenceDeviceView | null
  readonly draft: DeviceDraft
  /** Nothing where the agent cannot be asked: then what is stored can still be changed. */
  readonly metadata: Metadata | undefined
  readonly onChange: (part: Partial<DeviceDraft>) => void
  readonly errorAt: (path: string) => string | undefined
}
const silent: Metadata = {
  ...{ name: "", shortdesc: "", longdesc: "", parameters: [], actions: [] },
  plug: null,
  unfences: false,
  hasStatus: true,
}
/** The form that the agent itself describes: what it demands first, the rest on request. Its words are shown as text. */
export function DeviceParameters({ was, draft, metadata = silent, onChange, errorAt }: Props) {
  const t = useTranslations("fencing")
  // Asked once: a field that moved while somebody types in it would lose the keyboard.
  const [given] = useState(() => (draft.agent === was?.agent ? [...Object.keys(was.params), ...was.secrets] : []))
  const { first, rest, strange } = fieldsOf(metadata, given)
  const setParam = (name: string, value: string) => onChange({ params: { ...draft.params, [name]: value } })
  const setSecret = (name: string, value: string | undefined) => {
    const { [name]: _, ...others } = draft.secrets
    onChange({ secrets: value === undefined ? others : { ...others, [name]: value } })
  }
  const secret = (name: string, parameter: Parameter | undefined) => (
    <SecretField
      key={name}
      {...{ name, parameter, value: draft.secrets[name], error: errorAt(`secrets.${name}`) ?? errorAt(`device.params.${name}`) }}
      isStored={was?.secrets.includes(name) ?? false}
      onChange={(value) => setSecret(name, value)}
    />
  )
  const field = (p: Parameter) =>
    p.isSecret ? (
      secret(p.name, p)
    ) : (
      <ParameterField
        key={p.name}
        parameter={p}
        value={draft.params[p.name] ?? ""}
        error={errorAt(`device.params.${p.name}`)}
        onChange={(value) => setParam(p.name, value)}
      />
    )
  const unknown = (name: string) =>
    was?.secrets.includes(name) ? (
      secret(name, undefined)
    ) : (
      <TextField
        key={name}
        label={name}
        value={draft.params[name] ?? ""}
        onChange={(event) => setParam(name, event.target.value)}
        error={errorAt(`device.params.${name}`)}
      />
    )
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-1 text-[14px] font-semibold">{t("parameters")}</legend>
      {metadata.shortdesc !== "" && <p className="text-ink2">{metadata.shortdesc}</p>}
      {!metadata.hasStatus && (
        <p className="flex items-baseline gap-1.5 text-warn">
          <StateMark mark="need" />
          <span>{t("noStatus")}</span>
        </p>
      )}
      {first.map(field)}
      {strange.map(unknown)}
      {metadata !== silent && (
        <p className="text-xs text-ink3">{metadata.plug === null ? t("noPlug") : t("plugElsewhere", { plug: metadata.plug })}</p>
      )}
      {rest.length > 0 && (
        <details>
          <summary className="text-ink2">{t("more", { n: rest.length })}</summary>
          <div className="mt-2 grid gap-3 sm:grid-cols-2">{rest.map(field)}</div>
        </details>
      )}
    </fieldset>
  )
}
