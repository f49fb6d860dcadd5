"use client"
import { Button } from "@/components/ui/button"
import { SelectField, TextField } from "@/components/ui/field"
import type { FenceDeviceView } from "@/lib/domain/fencing"
import { useTranslations } from "@/lib/i18n/use"
import { newParam, paramOf, type UseDraft, withValue } from "./levels"
import type { Metadata } from "./metadata"

type Props = {
  readonly use: UseDraft
  readonly devices: readonly FenceDeviceView[]
  readonly metadata: Metadata | undefined
  readonly onChange: (use: UseDraft) => void
  readonly errorAt: (path: string) => string | undefined
}
/** Which device, its plug in the words of its agent, and whatever else differs from node to node. */
export function UseFields({ use, devices, metadata, onChange, errorAt }: Props) {
  const t = useTranslations()
  const plug = metadata?.plug ?? null
  const plugHint = metadata?.parameters.find(({ name }) => name === plug)?.shortdesc
  const others = use.params.filter(({ name }) => plug === null || name !== plug)
  const known = devices.some(({ name }) => name === use.device)
  const setOther = (key: number, part: { readonly name?: string; readonly value?: string }) =>
    onChange({ ...use, params: use.params.map((p) => (p.key === key ? { ...p, ...part } : p)) })
  return (
    <div className="grid min-w-0 gap-3">
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField
          label={t("fencing.device")}
          value={use.device}
          options={[
            ...(known ? [] : [{ value: use.device, label: use.device }]),
            ...devices.map(({ name }) => ({ value: name, label: name })),
          ]}
          onChange={(event) => onChange({ ...use, device: event.target.value, params: [] })}
          error={errorAt("device")}
        />
        {plug !== null && (
          <TextField
            label={t("fencing.plug", { name: plug })}
            hint={plugHint}
            value={paramOf(use, plug)}
            onChange={(event) => onChange(withValue(use, plug, event.target.value))}
            error={errorAt(`params.${plug}`)}
          />
        )}
      </div>
      {metadata?.plug === null && <p className="text-xs text-ink3">{t("fencing.noPlug")}</p>}
      <details open={others.length > 0 || metadata === undefined}>
        <summary className="text-ink2">{t("fencing.otherParams")}</summary>
        <div className="mt-2 grid gap-2">
          {others.map(({ key, name, value }) => (
            <div key={key} className="flex flex-wrap items-end gap-2">
              <div className="min-w-28 flex-1">
                <TextField label={t("fencing.paramName")} value={name} onChange={(event) => setOther(key, { name: event.target.value })} />
              </div>
              <div className="min-w-28 flex-1">
                <TextField
                  label={t("fencing.paramValue")}
                  value={value}
                  onChange={(event) => setOther(key, { value: event.target.value })}
                  error={errorAt(`params.${name.trim()}`)}
                />
              </div>
              <Button
                label={t("fencing.removeParam", { name })}
                onPress={() => onChange({ ...use, params: use.params.filter((p) => p.key !== key) })}
              >
                ✕
              </Button>
            </div>
          ))}
          <span>
            <Button onPress={() => onChange({ ...use, params: [...use.params, newParam("")] })}>{t("fencing.addParam")}</Button>
          </span>
        </div>
      </details>
    </div>
  )
}
