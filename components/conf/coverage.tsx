"use client"
import { useState } from "react"
import { Button } from "@/components/ui/button"
import { Mono, Scroll } from "@/components/ui/card"
import { SelectField } from "@/components/ui/field"
import { type Mark, Tag } from "@/components/ui/state-mark"
import { type ConfCovered, type ConfReading, confReadings } from "@/lib/domain/cluster-conf"
import { useTranslations } from "@/lib/i18n/use"

const PAGE = 200
const marks: Readonly<Record<ConfReading, Mark>> = { understood: "ok", verbatim: "off", notUnderstood: "need" }
type Filter = ConfReading | "all"
/** How each line was read: three counters and the table, filtered. */
export function Coverage({ rows }: { readonly rows: readonly ConfCovered[] }) {
  const t = useTranslations("conf")
  const count = (reading: ConfReading) => rows.filter((row) => row.reading === reading).length
  const [filter, setFilter] = useState<Filter>(count("notUnderstood") > 0 ? "notUnderstood" : "all")
  const [shown, setShown] = useState(PAGE)
  const wanted = rows.filter(({ reading }) => filter === "all" || reading === filter)
  return (
    <section aria-labelledby="conf-lines" className="grid gap-2.5">
      <h3 id="conf-lines" className="text-[14px] font-semibold">
        {t("lines")}
      </h3>
      <dl className="grid gap-2 sm:grid-cols-3">
        {confReadings.map((reading) => (
          <div key={reading} className="rounded-lg border bg-panel px-3.5 py-2.5">
            <dt>
              <Tag mark={marks[reading]}>{t(`readings.${reading}`)}</Tag>
            </dt>
            <dd className="mt-1">
              <b className="text-[18px]">{count(reading)}</b> <span className="text-ink2">{t(`readingHints.${reading}`)}</span>
            </dd>
          </div>
        ))}
      </dl>
      <div className="max-w-64">
        <SelectField
          label={t("show")}
          value={filter}
          options={[
            { value: "all", label: `${t("all")} (${rows.length})` },
            ...confReadings.map((reading) => ({ value: reading, label: `${t(`readings.${reading}`)} (${count(reading)})` })),
          ]}
          onChange={(event) => {
            setFilter(confReadings.find((reading) => reading === event.target.value) ?? "all")
            setShown(PAGE)
          }}
        />
      </div>
      {wanted.length > 0 && (
        <Scroll label={t("linesOf")}>
          <table className="w-full">
            <thead className="text-left text-ink3">
              <tr>
                <th scope="col" className="w-px px-3.5 py-1.5 text-right font-normal whitespace-nowrap">
                  {t("line")}
                </th>
                <th scope="col" className="py-1.5 pr-3.5 font-normal">
                  {t("what")}
                </th>
                <th scope="col" className="py-1.5 pr-3.5 font-normal">
                  {t("reading")}
                </th>
              </tr>
            </thead>
            <tbody className="divide-y border-t">
              {wanted.slice(0, shown).map(({ line, path, reading }, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the same path may stand on one line twice, and rows only ever come at the end
                <tr key={i}>
                  <td className="px-3.5 py-1 text-right align-top text-ink2">{line}</td>
                  <td className="py-1 pr-3.5">
                    <Mono>{path}</Mono>
                  </td>
                  <td className="py-1 pr-3.5 align-top">
                    <Tag mark={marks[reading]}>{t(`readings.${reading}`)}</Tag>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {wanted.length > shown && (
        <span>
          <Button onPress={() => setShown(shown + PAGE)}>{t("more", { n: Math.min(PAGE, wanted.length - shown) })}</Button>
        </span>
      )}
    </section>
  )
}
