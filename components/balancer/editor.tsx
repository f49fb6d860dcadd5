"use client"
import { useQuery, useQueryClient } from "@tanstack/react-query"
import { type ReactNode, useCallback, useMemo, useState } from "react"
import { LinkButton } from "@/components/ui/button"
import { Banner } from "@/components/ui/card"
import { client } from "@/lib/client/api"
import { balancerQueries } from "@/lib/client/balancer-api"
import type { BalancerChange } from "@/lib/domain/balancer-diff"
import type { BalancerLive, BalancerPlanView, BalancerView } from "@/lib/domain/balancer-view"
import type { Report } from "@/lib/domain/report"
import { mayAct, type Role } from "@/lib/domain/roles"
import { useTranslations } from "@/lib/i18n/use"
import { EditorHead } from "./editor-head"
import { LeaveGuard } from "./leave-guard"
import { BalancerPlanDialog } from "./plan-dialog"
import { Warnings } from "./plan-text"
import { EditingProvider, useKeptDraft, useProblems } from "./use-draft"

const NONE: readonly Report[] = []
export type BodyProps = {
  readonly view: BalancerView
  readonly live: BalancerLive | undefined
  readonly changes: readonly BalancerChange[]
  /** Why no plan can be made. */
  readonly why: string | undefined
  readonly make: () => Promise<BalancerPlanView>
  readonly onRefused: (reports: readonly Report[]) => void
  /** The virtual server that is looked at, by its key. */
  readonly onLook: (key: string) => void
}
/** With more, only the one that is looked at has its real servers sent. */
const FEW = 50
type Props = {
  readonly clusterId: string
  readonly view: BalancerView
  readonly role: Role | undefined
  /** Which part of the document: virtual servers, or directors. Both edit one draft. */
  readonly body: (props: BodyProps) => ReactNode
}
/** The document of one balancer as a form, with what it does now above and what a change would do beside it. */
export function Editor({ clusterId, view, role, body: Body }: Props) {
  const t = useTranslations("balancer")
  const queries = useQueryClient()
  const { name, engine, nodes, version, schedulers, machines } = view
  const [looked, setLooked] = useState("")
  const isFew = view.model.virtualServers.length <= FEW
  const { data: live } = useQuery(balancerQueries.live({ clusterId, name }, isFew ? undefined : looked))
  const { draft, edit, discard, changes, isDirty, isBehind } = useKeptDraft(`moyai balancer ${clusterId} ${name}`, view.model, version)
  const [refused, setRefused] = useState<readonly Report[]>(NONE)
  const onRefused = useCallback((reports: readonly Report[]) => setRefused(reports.length === 0 ? NONE : reports), [])
  const [isApplying, setApplying] = useState(false)
  const context = useMemo(() => ({ engine, ...(schedulers ? { schedulers } : {}) }), [engine, schedulers])
  const problems = useProblems(draft, context, refused)
  const editing = useMemo(
    () => ({
      ...{ draft, edit, problems, context, canEdit: mayAct(role, "admin"), canDrain: mayAct(role, "operator") },
      place: { clusterId, name, nodes, machines },
    }),
    [draft, edit, problems, context, role, clusterId, name, nodes, machines],
  )
  const make = () =>
    client.plan.balancer({ clusterId, was: name, balancer: { name, engine, nodes: [...nodes], model: draft.model }, since: version })
  const home = `/c/${clusterId}/balancers/${encodeURIComponent(name)}`
  const pages = useMemo(() => [home, `${home}/directors`], [home])
  // What the server refused is for it to say again; what the rules refuse need not be asked.
  const own = problems.all.length - refused.length
  const why = !isDirty ? t("nothingChanged") : !editing.canDrain ? t("whyRole") : own > 0 ? t("whyProblems", { n: own }) : undefined
  return (
    <EditingProvider value={editing}>
      <EditorHead {...{ view, live, isDirty, why, count: changes.length }} onDiscard={discard} onApply={() => setApplying(true)} />
      <div className="grid gap-3.5">
        {isBehind && (
          <Banner mark="need" isAlert>
            <span className="flex-1">{t("behind", { version })}</span>
          </Banner>
        )}
        {view.jobId !== null && (
          <Banner mark="move">
            <span className="flex-1">{t("jobRuns")}</span>
            <LinkButton href={`/c/${clusterId}/jobs/${view.jobId}`}>{t("toJob")}</LinkButton>
          </Banner>
        )}
        {live?.directors.some(({ drift, isDriftIgnored }) => (drift?.length ?? 0) > 0 && !isDriftIgnored) && (
          <Banner mark="need">
            <span className="flex-1">{t("driftSeen")}</span>
            <LinkButton href={`${home}/directors`}>{t("driftLook")}</LinkButton>
          </Banner>
        )}
        {!isDirty && <Warnings reports={view.warnings} />}
        <Body
          view={view}
          live={live}
          changes={changes}
          why={isDirty ? why : undefined}
          make={make}
          onRefused={onRefused}
          onLook={setLooked}
        />
      </div>
      <LeaveGuard isDirty={isDirty} own={pages} onDiscard={discard} />
      {isApplying && (
        <BalancerPlanDialog
          clusterId={clusterId}
          title={t("applyTitle", { name })}
          confirm={t("applyCount", { n: changes.length })}
          make={make}
          onClose={() => setApplying(false)}
          onDone={() => {
            setApplying(false)
            void queries.invalidateQueries({ queryKey: balancerQueries.all })
          }}
        />
      )}
    </EditingProvider>
  )
}
