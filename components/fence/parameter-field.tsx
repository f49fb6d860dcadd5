"use client"
import { Button } from "@/components/ui/button"
import { SelectField, TextField } from "@/components/ui/field"
import { useTranslations } from "@/lib/i18n/use"
import type { Parameter } from "./metadata"

type FieldProps = {
  readonly parameter: Parameter
  readonly value: string
  readonly error: string | undefined
  readonly onChange: (value: string) => void
}
function useHint({ shortdesc, default: fallback, isDeprecated, isSecret }: Parameter): string {
  const t = useTranslations("fencing")
  return [
    shortdesc,
    fallback === null || fallback === "" ? undefined : t("defaultIs", { value: fallback }),
    isDeprecated ? t("deprecated") : undefined,
    isSecret ? t("isSecret") : undefined,
  ]
    .filter(Boolean)
    .join(" · ")
}
const choicesOf = ({ type, options }: Parameter): readonly string[] => (type === "boolean" ? ["1", "0"] : options)
/** A parameter as its agent describes it: text, number, yes or no, or one of several. */
export function ParameterField({ parameter, value, error, onChange }: FieldProps) {
  const t = useTranslations()
  const { name, required, type, longdesc, default: fallback } = parameter
  const hint = useHint(parameter)
  const label = required ? `${name} (${t("common.required")})` : name
  const choices = choicesOf(parameter)
  if (choices.length === 0)
    return (
      <TextField
        {...{ label, hint, value, error, title: longdesc }}
        placeholder={fallback ?? ""}
        inputMode={type === "integer" || type === "second" ? "numeric" : "text"}
        onChange={(event) => onChange(event.target.value)}
      />
    )
  const words = (choice: string) =>
    type !== "boolean" ? choice : choice === "1" ? t("common.yes") : choice === "0" ? t("common.no") : choice
  const all = value === "" || choices.includes(value) ? choices : [value, ...choices]
  return (
    <SelectField
      {...{ label, hint, value, error, title: longdesc }}
      options={[{ value: "", label: t("fencing.asDefault") }, ...all.map((choice) => ({ value: choice, label: words(choice) }))]}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}
type SecretProps = {
  readonly name: string
  readonly parameter: Parameter | undefined
  readonly isStored: boolean
  /** undefined: as it is stored; empty: to be taken away. */
  readonly value: string | undefined
  readonly error: string | undefined
  readonly onChange: (value: string | undefined) => void
}
/** It is never shown again: what is stored can be replaced or taken away. */
export function SecretField({ name, parameter, isStored, value, error, onChange }: SecretProps) {
  const t = useTranslations()
  const isTakenAway = isStored && value === ""
  const about = [parameter?.shortdesc, t("fencing.isSecret")].filter(Boolean).join(" · ")
  const state = isTakenAway ? t("fencing.takenAway") : isStored ? t("fencing.storedHint") : undefined
  return (
    <div className="flex flex-wrap items-end gap-2">
      <div className="min-w-44 flex-1">
        <TextField
          type="password"
          autoComplete="new-password"
          label={parameter?.required ? `${name} (${t("common.required")})` : name}
          title={parameter?.longdesc}
          hint={[state, about].filter(Boolean).join(" ")}
          placeholder={isStored && !isTakenAway ? t("fencing.stored") : ""}
          readOnly={isTakenAway}
          value={value ?? ""}
          error={error}
          onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.value)}
        />
      </div>
      {isStored && (
        <Button
          label={t(isTakenAway ? "fencing.keepOf" : "fencing.takeAwayOf", { name })}
          onPress={() => onChange(isTakenAway ? undefined : "")}
        >
          {t(isTakenAway ? "fencing.keepIt" : "fencing.takeAway")}
        </Button>
      )}
    </div>
  )
}
