"use client"
import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { dayTime } from "@/components/ui/age"
import { Button } from "@/components/ui/button"
import { PageHead, Scroll } from "@/components/ui/card"
import { type Mark, StateMark } from "@/components/ui/state-mark"
import { client } from "@/lib/client/api"
import type { AuditView } from "@/lib/domain/audit"
import { useTranslations } from "@/lib/i18n/use"

const marks: Readonly<Record<AuditView["outcome"], Mark>> = {
  pending: "move",
  done: "ok",
  failed: "bad",
  unknown: "unknown",
  refused: "need",
}
/** Who asked for what, and what became of it; newest first. What it was asked with is shown as text. */
export function Audit({ initial }: { readonly initial: readonly AuditView[] }) {
  const t = useTranslations("settings")
  const older = useTranslations("jobs")
  const [rows, setRows] = useState(initial)
  const more = useMutation({
    mutationFn: (beforeId: number) => client.audit.list({ beforeId }),
    onSuccess: (page) => setRows((old) => [...old, ...page]),
  })
  const last = rows.at(-1)
  return (
    <>
      <PageHead title={t("audit")} sub={t("auditText")} />
      <Scroll label={t("audit")}>
        <table className="w-full text-left">
          <thead>
            <tr>
              {(["time", "user", "what", "outcome", "input"] as const).map((head) => (
                <th key={head} scope="col" className="border-b px-3 py-2 font-medium">
                  {t(head)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id} className="align-top">
                <td className="border-b px-3 py-1.5 font-mono text-[11.5px] whitespace-nowrap text-ink3" suppressHydrationWarning>
                  {dayTime(row.atMs)}
                </td>
                <td className="border-b px-3 py-1.5">
                  {row.user} <span className="text-xs text-ink3">{row.through}</span>
                </td>
                <td className="border-b px-3 py-1.5 font-mono text-[12px]">{row.verb}</td>
                <td className="border-b px-3 py-1.5 whitespace-nowrap">
                  <span className="inline-flex items-center gap-1.5">
                    <StateMark mark={marks[row.outcome]} />
                    {t(`outcomes.${row.outcome}`)}
                  </span>
                </td>
                <td className="border-b px-3 py-1.5 font-mono text-[11.5px] break-all text-ink2">
                  {JSON.stringify(row.input)}
                  {row.why === "" ? "" : ` — ${row.why}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {last && (
        <p className="mt-2">
          <Button isBusy={more.isPending} onPress={() => more.mutate(last.id)}>
            {older("older")}
          </Button>
        </p>
      )}
    </>
  )
}
