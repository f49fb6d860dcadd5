"use client"
import { type ReactNode, useState } from "react"
import { StateMark } from "@/components/ui/state-mark"
import { useTranslations } from "@/lib/i18n/use"
import { DraftFields } from "./draft-fields"
import { valueAt } from "./draft-path"
import type { Spec } from "./fields"
import { useEditing } from "./use-draft"

type Props = { readonly title: string; readonly at: string; readonly specs?: readonly Spec[]; readonly children?: ReactNode }
/** Fields that most never need: closed, with a number of those that say something; open where one of them does not hold. */
export function More({ title, at, specs = [], children }: Props) {
  const t = useTranslations("balancer")
  const { draft, problems } = useEditing()
  const [isOpen, setOpen] = useState(false)
  const paths = specs.map(({ name }) => `${at}.${name}`)
  const set = paths.filter((path) => ![undefined, false, ""].some((nothing) => valueAt(draft.model, path) === nothing)).length
  const hasProblem = problems.all.some(({ path }) => paths.some((one) => path === one || path.startsWith(`${one}.`)))
  const isShown = isOpen || hasProblem
  return (
    <details open={isShown} className="rounded-md border">
      <summary
        className="px-3 py-1.5 text-ink2"
        onClick={(event) => {
          event.preventDefault()
          setOpen(!isShown)
        }}
      >
        {title}
        {set > 0 && <span className="ml-2 text-xs text-ink3">{t("fieldsSet", { n: set })}</span>}
        {hasProblem && (
          <span className="ml-2 inline-flex items-center gap-1 text-bad">
            <StateMark mark="bad" /> {t("wrong.here")}
          </span>
        )}
      </summary>
      {isShown && (
        <div className="grid gap-3 border-t p-3">
          {specs.length > 0 && <DraftFields at={at} specs={specs} />}
          {children}
        </div>
      )}
    </details>
  )
}
