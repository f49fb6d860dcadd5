"use client"
import { SelectField } from "@/components/ui/field"
import { type Forwarding, forwardingMethods } from "@/lib/domain/balancer"
import { useTranslations } from "@/lib/i18n/use"
import { chosen } from "./draft"
import { DraftFields } from "./draft-fields"
import { tunnelFields } from "./fields"
import { useProblemAt } from "./problem-words"
import { useEditing } from "./use-draft"

type Props = {
  /** Path of the forwarding itself. */
  readonly at: string
  readonly label: string
  readonly value: Forwarding | undefined
  /** What holds when nothing is said; without it, something must be. */
  readonly none?: string
}
/** How packets reach the real server; a tunnel has a type, and what belongs to it. */
export function ForwardingFields({ at, label, value, none }: Props) {
  const t = useTranslations("balancer")
  const { edit, canEdit } = useEditing()
  const problem = useProblemAt()
  return (
    <>
      <SelectField
        label={label}
        value={value?.method ?? ""}
        disabled={!canEdit}
        error={problem(`${at}.tunnel`)}
        hint={value && t(`methodHint.${value.method}`)}
        options={[
          ...(none === undefined ? [] : [{ value: "", label: none }]),
          ...forwardingMethods.map((method) => ({ value: method, label: t(`method.${method}`) })),
        ]}
        onChange={({ target }) => {
          const method = forwardingMethods.find((one) => one === target.value)
          edit((was) => chosen(was, at, method && { method }))
        }}
      />
      {value?.method === "tunnel" && (
        <div className="sm:col-span-2">
          <DraftFields at={at} specs={tunnelFields} />
        </div>
      )}
    </>
  )
}
