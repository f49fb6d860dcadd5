"use client"
import { FactValue } from "@/components/ui/age"
import { Scroll } from "@/components/ui/card"
import { StateMark } from "@/components/ui/state-mark"
import type { ServiceView } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"

const marks = { started: "ok", stopped: "off", failed: "need" } as const
/** What each node says of each resource: the answers stand side by side, also when they disagree. */
export function Monitors({ view }: { readonly view: ServiceView }) {
  const t = useTranslations()
  const nodes = [...new Set(view.monitors.map(({ node }) => node))]
  return (
    <Scroll label={t("services.monitors")}>
      <table className="w-full text-left">
        <caption className="px-3 pt-2.5 text-left text-[14px] font-semibold">{t("services.monitors")}</caption>
        <thead>
          <tr>
            <th scope="col" className="border-b px-3 py-2 font-medium">
              {t("services.resource")}
            </th>
            {nodes.map((node) => (
              <th key={node} scope="col" className="border-b px-3 py-2 font-medium">
                {node}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {view.resources.map(({ name }) => (
            <tr key={name}>
              <th scope="row" className="border-b px-3 py-2 font-normal">
                {name}
              </th>
              {nodes.map((node) => (
                <td key={node} className="border-b px-3 py-2">
                  <FactValue fact={view.monitors.find((m) => m.node === node && m.resource === name)?.fact ?? null} nowMs={view.nowMs}>
                    {({ state, detail }) => (
                      <span className="inline-flex items-center gap-1.5">
                        <StateMark mark={marks[state]} />
                        {t(`common.states.${state}`)} <span className="text-xs text-ink2">{detail}</span>
                      </span>
                    )}
                  </FactValue>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
