"use client"
import { useState } from "react"
import { Button } from "@/components/ui/button"
import { Scroll } from "@/components/ui/card"
import { SelectField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { type Mark, StateMark, Tag } from "@/components/ui/state-mark"
import type { CoverageLine, FileReading } from "@/lib/domain/balancer-view"
import { useCoded, useTranslations } from "@/lib/i18n/use"
import { Warnings } from "./plan-text"

const PAGE = 300
const reads = ["understood", "verbatim", "notUnderstood"] as const
type Read = (typeof reads)[number]
const marks: Readonly<Record<Read, Mark>> = { understood: "ok", verbatim: "off", notUnderstood: "need" }
/** How a file of the old world was read: three counters, what it cannot tell, and every line. */
export function Reading({ reading, title }: { readonly reading: FileReading; readonly title: string }) {
  const t = useTranslations("balancer.reading")
  const coded = useCoded("balancer")
  const count = { understood: reading.understood, verbatim: reading.verbatim.length, notUnderstood: reading.notUnderstood.length }
  return (
    <section aria-label={title} className="grid gap-2.5">
      <p className="text-ink2">{t(`format.${reading.format}`)}</p>
      <dl className="grid gap-2 sm:grid-cols-3">
        {reads.map((read) => (
          <div key={read} className="rounded-lg border bg-panel px-3.5 py-2.5">
            <dt>
              <Tag mark={marks[read]}>{t(`read.${read}`)}</Tag>
            </dt>
            <dd className="mt-1">
              <b className="text-[18px]">{count[read]}</b> <span className="text-ink2">{t(`hint.${read}`)}</span>
            </dd>
          </div>
        ))}
      </dl>
      {reading.cautions.length > 0 && (
        <ul className="grid gap-1 rounded-lg border border-warn bg-warn-soft px-3.5 py-2">
          {reading.cautions.map((one, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same caution may hold for several lines
            <li key={i} className="flex items-baseline gap-2">
              <StateMark mark="need" />
              {coded(`caution.${one.code}`, one.params)}
            </li>
          ))}
        </ul>
      )}
      <Reports reports={reading.refusals} />
      <Warnings reports={reading.warnings} />
      <Lines lines={reading.lines} hasTrouble={count.notUnderstood > 0} />
    </section>
  )
}
function Lines({ lines, hasTrouble }: { readonly lines: readonly CoverageLine[]; readonly hasTrouble: boolean }) {
  const t = useTranslations("balancer.reading")
  const [filter, setFilter] = useState<Read | "all">(hasTrouble ? "notUnderstood" : "all")
  const [shown, setShown] = useState(PAGE)
  const wanted = lines.filter(({ read }) => filter === "all" || read === filter)
  return (
    <>
      <div className="max-w-64">
        <SelectField
          label={t("show")}
          value={filter}
          options={[{ value: "all", label: t("all") }, ...reads.map((read) => ({ value: read, label: t(`read.${read}`) }))]}
          onChange={(event) => {
            setFilter(reads.find((read) => read === event.target.value) ?? "all")
            setShown(PAGE)
          }}
        />
      </div>
      <Scroll label={t("lines")}>
        <table className="w-full">
          <thead className="text-left text-ink3">
            <tr>
              {(["line", "text", "readAs"] as const).map((column) => (
                <th key={column} scope="col" className="px-3 py-1.5 font-normal">
                  {t(column)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {wanted.slice(0, shown).map(({ line, text, read, reason }) => (
              <tr key={line} className={read === "notUnderstood" ? "bg-warn-soft" : ""}>
                <td className="w-px px-3 py-0.5 text-right align-top text-ink3 tabular-nums">{line}</td>
                <td className="px-3 py-0.5">
                  <span className="font-mono text-[12px] whitespace-pre">{text}</span>
                  {reason !== null && (
                    <span lang="en" className="block text-xs text-ink2">
                      {reason}
                    </span>
                  )}
                </td>
                <td className="px-3 py-0.5 align-top whitespace-nowrap">
                  {read !== "blank" && <Tag mark={marks[read]}>{t(`read.${read}`)}</Tag>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {wanted.length > shown && (
        <span>
          <Button onPress={() => setShown(shown + PAGE)}>{t("more", { n: wanted.length - shown })}</Button>
        </span>
      )}
    </>
  )
}
