"use client"
import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { useSentence } from "@/components/plan/plan-body"
import { Button } from "@/components/ui/button"
import { SelectField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { Tag } from "@/components/ui/state-mark"
import { client } from "@/lib/client/api"
import type { CheckTrial } from "@/lib/domain/balancer-view"
import { useTranslations } from "@/lib/i18n/use"
import { useEditing } from "./use-draft"

type Props = {
  readonly where: { readonly server: number; readonly real: number; readonly check: number }
  readonly label: string
}
/** The check as it is typed now, run once on a director, before anything is applied. */
export function TryCheck({ where, label }: Props) {
  const t = useTranslations("balancer")
  const { draft, place, canDrain } = useEditing()
  const [node, setNode] = useState(place.nodes[0] ?? "")
  const trying = useMutation({
    mutationFn: () => client.balancer.tryCheck({ clusterId: place.clusterId, node, ...where, model: draft.model }),
  })
  if (place.nodes.length === 0 || !canDrain) return null
  return (
    <div className="grid gap-2 border-t pt-2.5">
      <div className="flex flex-wrap items-end gap-2">
        {place.nodes.length > 1 && (
          <span className="w-32">
            <SelectField
              label={t("from")}
              value={node}
              options={place.nodes.map((one) => ({ value: one, label: one }))}
              onChange={(event) => setNode(event.target.value)}
            />
          </span>
        )}
        <Button label={label} isBusy={trying.isPending} onPress={() => trying.mutate()}>
          {t("tryNow")}
        </Button>
        {trying.isPending && (
          <span role="status" className="text-ink2">
            {t("trying", { node })}
          </span>
        )}
      </div>
      {trying.error && <Reports reports={reportsOf(trying.error)} />}
      {trying.data && <Trial trial={trying.data} />}
    </div>
  )
}
const marks = { pass: "ok", fail: "bad", unknown: "unknown" } as const
function Trial({ trial }: { readonly trial: CheckTrial }) {
  const t = useTranslations("balancer")
  const say = useSentence()
  return (
    <div role="status" className="grid gap-1.5">
      <span className="flex flex-wrap items-center gap-2">
        <Tag mark={marks[trial.verdict]}>{t(`verdict.${trial.verdict}`)}</Tag>
        <span>{say(trial.sentence)}</span>
        <span className="text-ink2">
          {t("tried", { node: trial.node, ms: trial.ms, exit: trial.exit === null ? "–" : String(trial.exit) })}
        </span>
      </span>
      <pre className="max-h-64 overflow-auto rounded-lg border bg-sunk p-2.5 font-mono text-[12px] break-all whitespace-pre-wrap">
        {`${trial.node}$ ${trial.command}\n${trial.output}`}
      </pre>
    </div>
  )
}
