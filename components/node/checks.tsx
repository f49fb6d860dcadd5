"use client"
import { Mono } from "@/components/ui/card"
import { Code } from "@/components/ui/code"
import { StateMark } from "@/components/ui/state-mark"
import type { NodeCheck } from "@/lib/domain/views"
import { useCoded, useTranslations } from "@/lib/i18n/use"

const marks = { ok: "ok", warn: "need", bad: "bad" } as const
/** What was found on the machine, how, and what to do about it. */
export function Checks({ checks }: { readonly checks: readonly NodeCheck[] }) {
  const t = useTranslations("nodes")
  const say = useCoded("nodes")
  return (
    <ul aria-label={t("checks")} className="min-w-0 divide-y">
      {checks.map(({ code, verdict, params, remedy, from }) => (
        <li key={`${code}${params.peer ?? ""}`} className="grid gap-1 py-2">
          <span className="flex items-center gap-2">
            <StateMark mark={marks[verdict]} />
            <span className="sr-only">{t(`verdicts.${verdict}`)}</span>
            {code === "login" ? say("found.login", params) : say(`found.${code}.${verdict}`, params)}
          </span>
          <span className="pl-5 text-ink3">
            <Mono>{from.length > 80 ? `${from.slice(0, 80)}…` : from}</Mono>
          </span>
          {remedy !== null && (
            <span className="pl-5">
              <span className="text-xs text-ink2">{t("how")}</span>
              <Code text={remedy} />
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}
