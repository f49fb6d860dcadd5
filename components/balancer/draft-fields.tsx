"use client"
import { Checkbox, SelectField, TextArea, TextField } from "@/components/ui/field"
import { useTranslations } from "@/lib/i18n/use"
import { chosen, textAt, typedAt } from "./draft"
import { valueAt } from "./draft-path"
import { useFieldWords, useProblemAt } from "./problem-words"
import type { Spec } from "./spec"
import { useEditing } from "./use-draft"

type Props<As extends Spec["as"]> = {
  readonly at: string
  readonly spec: Extract<Spec, { as: As }>
  /** Instead of the words of the field, where several of them stand in one table. */
  readonly label?: string
}
const pathOf = (at: string, { name }: Spec): string => (at === "" ? name : `${at}.${name}`)
const asText = (value: unknown): string => (typeof value === "string" ? value : "")

function DraftText({ at, spec, label }: Props<"text">) {
  const { draft, edit, canEdit } = useEditing()
  const words = useFieldWords()(spec.words)
  const path = pathOf(at, spec)
  const problem = useProblemAt()(path)
  return (
    <TextField
      {...words}
      label={label ?? words.label}
      name={path}
      type={spec.isSecret ? "password" : "text"}
      autoComplete="off"
      list={spec.list}
      readOnly={!canEdit}
      value={asText(valueAt(draft.model, path))}
      error={problem}
      onChange={({ target: { value } }) => edit((was) => chosen(was, path, value === "" && !spec.isRequired ? undefined : value))}
    />
  )
}
function DraftNumber({ at, spec, label }: Props<"number">) {
  const { draft, edit, canEdit } = useEditing()
  const words = useFieldWords()(spec.words)
  const path = pathOf(at, spec)
  const problem = useProblemAt()(path, spec)
  return (
    <TextField
      {...words}
      label={label ?? words.label}
      name={path}
      inputMode={spec.kind === "whole" ? "numeric" : "decimal"}
      autoComplete="off"
      readOnly={!canEdit}
      value={textAt(draft, path, spec.kind)}
      error={problem}
      onChange={({ target: { value } }) => edit((was) => typedAt(was, path, spec.kind, value))}
    />
  )
}
function DraftList({ at, spec, label }: Props<"list">) {
  const { draft, edit, canEdit, problems } = useEditing()
  const words = useFieldWords()(spec.words)
  const path = pathOf(at, spec)
  const own = useProblemAt()
  // Rules speak of the n-th element of a list: here all of it is one field.
  const inside = [...problems.at.keys()].filter((one) => one.startsWith(`${path}.`))
  const problem = [path, ...inside].flatMap((one) => own(one, { kind: spec.kind }) ?? []).join(" ")
  const props = {
    ...words,
    label: label ?? words.label,
    name: path,
    readOnly: !canEdit,
    value: textAt(draft, path, spec.kind),
    error: problem === "" ? undefined : problem,
    onChange: ({ target: { value } }: { readonly target: { readonly value: string } }) =>
      edit((was) => typedAt(was, path, spec.kind, value)),
  }
  return spec.isLong ? <TextArea {...props} rows={2} /> : <TextField {...props} />
}
function DraftFlag({ at, spec }: Props<"flag">) {
  const { draft, edit, canEdit } = useEditing()
  const words = useFieldWords()(spec.words)
  const path = pathOf(at, spec)
  const problem = useProblemAt()(path)
  return (
    <div>
      <Checkbox
        {...(words.hint === undefined ? {} : { hint: words.hint })}
        name={path}
        checked={valueAt(draft.model, path) === true}
        disabled={!canEdit}
        onChange={({ target: { checked } }) => edit((was) => chosen(was, path, checked || undefined))}
      >
        {words.label}
      </Checkbox>
      {problem !== undefined && <p className="text-xs text-bad">{problem}</p>}
    </div>
  )
}
function DraftInherited({ at, spec }: Props<"inherited">) {
  const t = useTranslations("balancer")
  const { draft, edit, canEdit } = useEditing()
  const words = useFieldWords()(spec.words)
  const path = pathOf(at, spec)
  const value = valueAt(draft.model, path)
  const problem = useProblemAt()(path)
  return (
    <SelectField
      {...words}
      name={path}
      error={problem}
      disabled={!canEdit}
      value={value === true ? "on" : value === false ? "off" : ""}
      options={[
        { value: "", label: t("notSaid") },
        { value: "on", label: t("on") },
        { value: "off", label: t("off") },
      ]}
      onChange={(event) => edit((was) => chosen(was, path, event.target.value === "" ? undefined : event.target.value === "on"))}
    />
  )
}
function DraftChoice({ at, spec }: Props<"choice">) {
  const t = useTranslations("balancer")
  const { draft, edit, canEdit } = useEditing()
  const words = useFieldWords()(spec.words)
  const path = pathOf(at, spec)
  const value = asText(valueAt(draft.model, path))
  const problem = useProblemAt()(path)
  const others = value !== "" && !spec.options.includes(value) ? [value] : []
  return (
    <SelectField
      {...words}
      name={path}
      error={problem}
      disabled={!canEdit}
      value={value}
      options={[{ value: "", label: t("notSaid") }, ...[...spec.options, ...others].map((one) => ({ value: one, label: one }))]}
      onChange={(event) => edit((was) => chosen(was, path, event.target.value || undefined))}
    />
  )
}
function DraftScript({ at, spec }: Props<"script">) {
  const t = useTranslations("balancer")
  const { draft } = useEditing()
  const path = pathOf(at, spec)
  const { label } = useFieldWords()(spec.words)
  const text = (name: string, of: string): JSX => <DraftText at={path} spec={{ as: "text", name, words: "command" }} label={of} />
  return (
    <div className="grid gap-2 sm:col-span-2 sm:grid-cols-[2fr_1fr_1fr]">
      {text("command", label)}
      {valueAt(draft.model, path) !== undefined && text("user", t("scriptUserOf", { what: label }))}
      {valueAt(draft.model, path) !== undefined && text("group", t("scriptGroupOf", { what: label }))}
    </div>
  )
}
type JSX = React.JSX.Element
/** One field of the model, as its table says. */
export function DraftField({ at, spec, label }: { readonly at: string; readonly spec: Spec; readonly label?: string }) {
  const named = label === undefined ? {} : { label }
  switch (spec.as) {
    case "text":
      return <DraftText at={at} spec={spec} {...named} />
    case "number":
      return <DraftNumber at={at} spec={spec} {...named} />
    case "list":
      return <DraftList at={at} spec={spec} {...named} />
    case "flag":
      return <DraftFlag at={at} spec={spec} />
    case "inherited":
      return <DraftInherited at={at} spec={spec} />
    case "choice":
      return <DraftChoice at={at} spec={spec} />
    case "script":
      return <DraftScript at={at} spec={spec} />
    default:
      return spec satisfies never
  }
}
export const DraftFields = ({ at, specs }: { readonly at: string; readonly specs: readonly Spec[] }) => (
  <div className="grid gap-3 sm:grid-cols-2">
    {specs.map((spec) => (
      <DraftField key={spec.name} at={at} spec={spec} />
    ))}
  </div>
)
