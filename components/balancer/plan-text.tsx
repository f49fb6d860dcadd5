"use client"
import { PlanBody } from "@/components/plan/plan-body"
import { useReport } from "@/components/ui/reports"
import { StateMark } from "@/components/ui/state-mark"
import type { BalancerPlanView } from "@/lib/domain/balancer-view"
import type { Report } from "@/lib/domain/report"
import { useTranslations } from "@/lib/i18n/use"
import { Changes } from "./changes"
import { FileDiffText } from "./file-diff"

/** Everything that a plan says: what changes, which file on which node, in which steps, and what else it means. */
export function BalancerPlanText({ plan }: { readonly plan: BalancerPlanView }) {
  const t = useTranslations("balancer")
  return (
    <div className="grid gap-3">
      <Warnings reports={plan.warnings} />
      {plan.balancerChanges.length > 0 && (
        <section aria-label={t("changes")}>
          <h2>{t("changes")}</h2>
          <Changes changes={plan.balancerChanges} />
        </section>
      )}
      {plan.files.length > 0 && (
        <section aria-label={t("files")} className="grid gap-2">
          <h2>{t("files")}</h2>
          {plan.files.map((diff) => (
            <FileDiffText key={`${diff.node} ${diff.path}`} diff={diff} />
          ))}
        </section>
      )}
      <PlanBody plan={plan} />
    </div>
  )
}
/** What works, and will surprise somebody one day. */
export function Warnings({ reports }: { readonly reports: readonly Report[] }) {
  const say = useReport()
  if (reports.length === 0) return null
  return (
    <ul className="grid gap-1 rounded-lg border border-warn bg-warn-soft px-3.5 py-2">
      {reports.map((one) => (
        <li key={`${one.field} ${one.code}`} className="flex items-baseline gap-2">
          <StateMark mark="need" />
          <span className="min-w-0">{say(one)}</span>
        </li>
      ))}
    </ul>
  )
}
