"use client"
import { Age, FactValue } from "@/components/ui/age"
import { Card } from "@/components/ui/card"
import { StateMark } from "@/components/ui/state-mark"
import type { NodeView } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"

type Monitored = { readonly state: "started" | "stopped" | "failed"; readonly detail: string }
const isMonitored = (value: unknown): value is Monitored =>
  typeof value === "object" && value !== null && "state" in value && "detail" in value
const marks = { started: "ok", stopped: "off", failed: "need" } as const

/** Values as the node gave them: always text, whatever it says. */
function Value({ value }: { readonly value: unknown }) {
  const t = useTranslations("common.states")
  if (isMonitored(value) && value.state in marks)
    return (
      <span className="inline-flex items-center gap-1.5">
        <StateMark mark={marks[value.state]} />
        {t(value.state)} <span className="text-ink2">{value.detail}</span>
      </span>
    )
  if (typeof value !== "object" || value === null) return <>{String(value)}</>
  return <span className="font-mono text-[11.5px] break-all">{JSON.stringify(value).slice(0, 400)}</span>
}
/** Each fact with its age and where it came from. */
export function FactTable({ view }: { readonly view: NodeView }) {
  const t = useTranslations("nodes")
  return (
    <Card className="overflow-x-auto">
      <table className="w-full text-left">
        <thead>
          <tr>
            {(["fact", "value", "seen", "by"] as const).map((head) => (
              <th key={head} scope="col" className="border-b px-3 py-2 font-medium">
                {t(head)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {view.facts.map((fact) => (
            <tr key={fact.name} className="align-top">
              <th scope="row" className="border-b px-3 py-1.5 font-normal whitespace-nowrap">
                {fact.name}
              </th>
              <td className="border-b px-3 py-1.5">
                <FactValue fact={fact} nowMs={view.nowMs}>
                  {(value) => <Value value={value} />}
                </FactValue>
                {fact.error !== undefined && <span className="block text-xs break-words text-bad">{fact.error}</span>}
              </td>
              <td className="border-b px-3 py-1.5">
                <Age atMs={fact.atMs} nowMs={view.nowMs} />
              </td>
              <td className="max-w-80 truncate border-b px-3 py-1.5 font-mono text-[11.5px] text-ink2" title={fact.from}>
                {fact.from}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  )
}
