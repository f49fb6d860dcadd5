"use client"
import { Age, FactValue } from "@/components/ui/age"
import { Card, Empty } from "@/components/ui/card"
import type { NodeView } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"
import { FactText } from "./fact-text"

const cell = "px-3 py-1.5 md:border-b max-md:block max-md:py-0.5"
const heads = ["fact", "value", "seen", "by"] as const
/** Each fact with its age and where it came from. At 390 px each is a card. */
export function FactTable({ view }: { readonly view: NodeView }) {
  const t = useTranslations("nodes")
  if (view.facts.length === 0)
    return (
      <Card>
        <Empty>{t("noFacts")}</Empty>
      </Card>
    )
  return (
    <Card>
      <table className="w-full table-fixed text-left max-md:block">
        <thead className="max-md:sr-only">
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col" className={`border-b px-3 py-2 font-medium ${head === "seen" ? "w-24" : ""}`}>
                {t(head)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="max-md:block max-md:divide-y">
          {view.facts.map((fact) => (
            <FactRow key={fact.name} fact={fact} view={view} />
          ))}
        </tbody>
      </table>
    </Card>
  )
}
function FactRow({ fact, view }: { readonly fact: NodeView["facts"][number]; readonly view: NodeView }) {
  const t = useTranslations("nodes")
  return (
    <tr className="align-top max-md:block max-md:py-1.5">
      <th scope="row" className={`${cell} font-normal break-words max-md:font-medium`}>
        {fact.name}
      </th>
      <td className={cell}>
        <FactValue fact={fact} nowMs={view.nowMs}>
          {() => <FactText fact={fact} node={view.name} />}
        </FactValue>
        {fact.error !== undefined && <span className="block text-xs break-words text-bad">{fact.error}</span>}
      </td>
      <td className={cell}>
        <span className="text-ink2 md:hidden">{t("seen")}: </span>
        <Age atMs={fact.atMs} nowMs={view.nowMs} />
      </td>
      <td className={`${cell} truncate font-mono text-[11.5px] text-ink2`} title={fact.from}>
        {fact.from}
      </td>
    </tr>
  )
}
