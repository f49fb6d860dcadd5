"use client"
import { Mono } from "@/components/ui/card"
import type { WhoAnswers } from "@/lib/domain/balancer-view"
import { useTranslations } from "@/lib/i18n/use"

/** A histogram that is a table. */
export function AnswerTable({ found: { asked, failed, answers, from } }: { readonly found: WhoAnswers }) {
  const t = useTranslations("balancer.who")
  const most = Math.max(1, ...answers.map(({ n }) => n), failed)
  const rows = [
    ...answers.map(({ who, n, clientSeen }) => ({ who, n, clientSeen, isBad: false })),
    ...(failed > 0 ? [{ who: t("failed"), n: failed, clientSeen: null, isBad: true }] : []),
  ]
  return (
    <div role="status">
      <p className="mb-1.5">{t("result", { asked, from, failed })}</p>
      <div className="overflow-x-auto">
        <table className="w-full">
          <thead className="text-left text-ink3">
            <tr>
              {(["who", "count", "share", "clientSeen"] as const).map((column) => (
                <th key={column} scope="col" className="py-1 pr-3 font-normal whitespace-nowrap">
                  {t(column)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y border-t">
            {rows.map(({ who, n, clientSeen, isBad }) => (
              <tr key={who}>
                <th scope="row" className="py-1.5 pr-3 text-left font-medium whitespace-nowrap">
                  {who}
                </th>
                <td className="py-1.5 pr-3 tabular-nums">{n}</td>
                <td className="w-1/2 min-w-32 py-1.5 pr-3">
                  <span className="flex items-center gap-2">
                    <span aria-hidden="true" className="h-3 flex-1 rounded-sm bg-sunk">
                      <span
                        className={`block h-3 rounded-sm ${isBad ? "bg-bad" : "bg-accent"}`}
                        style={{ width: `${(100 * n) / most}%` }}
                      />
                    </span>
                    <span className="w-10 text-right text-ink2 tabular-nums">{Math.round((100 * n) / Math.max(1, asked))} %</span>
                  </span>
                </td>
                <td className="py-1.5">{clientSeen === null ? "–" : <Mono>{clientSeen}</Mono>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}
