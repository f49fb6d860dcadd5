"use client"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { reportsOf } from "@/components/node/refusals"
import { Age } from "@/components/ui/age"
import { Button } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { Reports } from "@/components/ui/reports"
import { Tag } from "@/components/ui/state-mark"
import { api, client } from "@/lib/client/api"
import type { ServiceView } from "@/lib/domain/views"
import { useCoded, useTranslations } from "@/lib/i18n/use"

export const readinessMark = { ready: "ok", warnings: "need", notReady: "bad", unknown: "unknown" } as const
/** Could it really start there? What was found on each node, before the night it matters. */
export function RehearsalCard({ clusterId, view }: { readonly clusterId: string; readonly view: ServiceView }) {
  const t = useTranslations("rehearsal")
  const say = useCoded("rehearsal")
  const queries = useQueryClient()
  const checking = useMutation({
    mutationFn: () => client.service.rehearse({ clusterId, name: view.name }),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: api.service.key() }),
        queries.invalidateQueries({ queryKey: api.overview.key() }),
      ]),
  })
  return (
    <Card className="px-3.5 py-2.5">
      <div className="mb-1 flex flex-wrap items-start justify-between gap-2">
        <div className="min-w-0 flex-1">
          <h2>{t("title")}</h2>
          <p className="text-xs text-ink3">{t("text")}</p>
        </div>
        <Button isBusy={checking.isPending} onPress={() => checking.mutate()}>
          {t("check")}
        </Button>
      </div>
      <Reports reports={reportsOf(checking.error)} />
      {view.rehearsals.length === 0 && <p className="text-ink2">{t("never")}</p>}
      <ul className="grid gap-1.5">
        {view.rehearsals.map(({ node, verdict, findings, atMs }) => (
          <li key={node}>
            <b>{node}</b> <Tag mark={readinessMark[verdict]}>{t(`verdicts.${verdict}`)}</Tag>{" "}
            <span className="text-xs text-ink3">
              <Age atMs={atMs} nowMs={view.nowMs} />
            </span>
            {findings.length > 0 && (
              <ul className="mt-0.5 ml-4 list-disc text-[12.5px] break-words">
                {findings.map((f) => (
                  <li key={JSON.stringify(f)}>{say(`findings.${f.code}`, { ...f.params, resource: f.resource })}</li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}
