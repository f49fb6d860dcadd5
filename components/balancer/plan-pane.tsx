"use client"
import { useQuery } from "@tanstack/react-query"
import { useEffect, useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { Button } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { Reports } from "@/components/ui/reports"
import type { BalancerChange } from "@/lib/domain/balancer-diff"
import type { BalancerPlanView } from "@/lib/domain/balancer-view"
import type { Report } from "@/lib/domain/report"
import { useTranslations } from "@/lib/i18n/use"
import { Changes } from "./changes"
import { BalancerPlanText } from "./plan-text"

const SETTLED_MS = 900
type Props = {
  readonly changes: readonly BalancerChange[]
  /** Why no plan can be made yet. */
  readonly why: string | undefined
  /** What the plan is made of; another object is another plan. */
  readonly of: object
  readonly make: () => Promise<BalancerPlanView>
  /** A large one is made when it is asked for. */
  readonly isLarge: boolean
  readonly onRefused: (reports: readonly Report[]) => void
}
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLED_MS)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}
/** Beside the form: at once what changes, and a moment later what that means on each node. */
export function PlanPane({ changes, why, of, make, isLarge, onRefused }: Props) {
  const t = useTranslations("balancer")
  const settled = useSettled(of)
  const [wanted, setWanted] = useState<object>()
  const [numbers] = useState(() => new WeakMap<object, string>())
  if (!numbers.has(settled)) numbers.set(settled, crypto.randomUUID())
  const isCurrent = settled === of
  const mayAsk = isCurrent && why === undefined && changes.length > 0 && (!isLarge || wanted === of)
  const making = useQuery({
    queryKey: ["plan", "pane", numbers.get(settled)],
    queryFn: make,
    ...{ enabled: mayAsk, retry: false, gcTime: 0 },
  })
  const { error } = making
  useEffect(() => onRefused(mayAsk && error ? reportsOf(error) : []), [mayAsk, error, onRefused])
  const plan = mayAsk ? making.data : undefined
  return (
    <Card className="p-3.5 xl:sticky xl:top-32 xl:max-h-[calc(100dvh-9rem)] xl:self-start xl:overflow-y-auto">
      <section aria-label={t("plan")} className="grid gap-3">
        <div className="flex flex-wrap items-baseline justify-between gap-2">
          <h2>{t("plan")}</h2>
          <span role="status" className="text-ink2">
            {changes.length === 0 ? "" : mayAsk && making.isFetching ? t("planMaking") : t("changesCount", { n: changes.length })}
          </span>
        </div>
        {changes.length === 0 && why === undefined && <p className="text-ink2">{t("planNone")}</p>}
        {why !== undefined && <p className="text-ink2">{why}</p>}
        {mayAsk && error && <Reports reports={reportsOf(error)} />}
        {plan ? <BalancerPlanText plan={plan} /> : changes.length > 0 && <Changes changes={changes} />}
        {isLarge && changes.length > 0 && why === undefined && !plan && (
          <span>
            <Button isBusy={making.isFetching} onPress={() => setWanted(of)}>
              {t("planAsk")}
            </Button>
          </span>
        )}
      </section>
    </Card>
  )
}
