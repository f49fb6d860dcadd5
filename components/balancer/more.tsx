"use client"
import { type ReactNode, useId, useState } from "react"
import { StateMark } from "@/components/ui/state-mark"
import { useTranslations } from "@/lib/i18n/use"
import { DraftFields } from "./draft-fields"
import { valueAt } from "./draft-path"
import type { Spec } from "./spec"
import { useEditing } from "./use-draft"

type Props = { readonly title: string; readonly at: string; readonly specs?: readonly Spec[]; readonly children?: ReactNode }
/** Fields that most never need: closed, with a number of those that say something; open where one of them does not hold. */
export function More({ title, at, specs = [], children }: Props) {
  const t = useTranslations("balancer")
  const id = useId()
  const { draft, problems } = useEditing()
  const [isOpen, setOpen] = useState(false)
  const paths = specs.map(({ name }) => `${at}.${name}`)
  const set = paths.filter((path) => ![undefined, false, ""].some((nothing) => valueAt(draft.model, path) === nothing)).length
  const hasProblem = problems.all.some(({ path }) => paths.some((one) => path === one || path.startsWith(`${one}.`)))
  const isShown = isOpen || hasProblem
  return (
    <div className="rounded-md border">
      <button
        type="button"
        aria-expanded={isShown}
        aria-controls={id}
        onClick={() => setOpen(!isShown)}
        className="flex w-full flex-wrap items-center gap-x-2 px-3 py-1.5 text-left text-ink2 hover:bg-sunk max-sm:py-2.5"
      >
        <span aria-hidden="true" className={`inline-block transition-transform ${isShown ? "rotate-90" : ""}`}>
          ›
        </span>
        {title}
        {set > 0 && <span className="text-xs text-ink3">{t("fieldsSet", { n: set })}</span>}
        {hasProblem && (
          <span className="inline-flex items-center gap-1 text-bad">
            <StateMark mark="bad" /> {t("wrong.here")}
          </span>
        )}
      </button>
      <div id={id} hidden={!isShown} className={isShown ? "grid gap-3 border-t p-3" : ""}>
        {isShown && specs.length > 0 && <DraftFields at={at} specs={specs} />}
        {isShown && children}
      </div>
    </div>
  )
}
