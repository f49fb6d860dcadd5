"use client"
import { Mono } from "@/components/ui/card"
import type { BalancerChange } from "@/lib/domain/balancer-diff"
import { balancer as words } from "@/lib/i18n/en/balancer"
import { useCoded, useTranslations } from "@/lib/i18n/use"

const SHOWN = 60
const isField = (name: string): name is keyof typeof words.field => Object.hasOwn(words.field, name)
/** Differences in words of the model: what, which field, from what to what. */
export function Changes({ changes, more = 0 }: { readonly changes: readonly BalancerChange[]; readonly more?: number }) {
  const t = useTranslations("balancer")
  const coded = useCoded("balancer")
  const value = (text: string | null) => (text === null ? <span className="text-ink3">{t("notSaid")}</span> : <Mono>{text}</Mono>)
  return (
    <>
      <ul className="divide-y">
        {changes.slice(0, SHOWN).map(({ what, of, field, from, to }) => (
          <li key={`${what} ${of} ${field}`} className="flex flex-wrap items-baseline gap-x-2 py-1">
            <Mono>{of}</Mono>
            {field === null ? (
              <span className={what === "removed" ? "text-bad" : "text-ok"}>{t(`changed.${what}`)}</span>
            ) : (
              <span className="min-w-0 break-words">
                {isField(field) ? coded(`field.${field}`) : <Mono>{field}</Mono>}: {value(from)} <span aria-hidden="true">→</span>
                <span className="sr-only">{t("becomes")}</span> {value(to)}
              </span>
            )}
          </li>
        ))}
      </ul>
      {changes.length > SHOWN && <p className="text-ink2">{t("moreChanges", { n: changes.length - SHOWN + more })}</p>}
    </>
  )
}
