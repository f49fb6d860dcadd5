"use client"
import { useQuery, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { Button } from "@/components/ui/button"
import { Card, PageHead } from "@/components/ui/card"
import { Reports } from "@/components/ui/reports"
import { StateMark, Tag } from "@/components/ui/state-mark"
import { client } from "@/lib/client/api"
import { balancerQueries } from "@/lib/client/balancer-api"
import type { DoctorFix } from "@/lib/domain/balancer-view"
import { mayAct, type Role } from "@/lib/domain/roles"
import { useTranslations } from "@/lib/i18n/use"
import { useDoctorWords } from "./doctor-words"
import { Finding } from "./finding"
import { BalancerPlanDialog } from "./plan-dialog"
import { BalancerTabs } from "./tabs"
import { WhoAnswersCard } from "./who-answers"

type Props = { readonly clusterId: string; readonly name: string; readonly role: Role | undefined }
/** Why a balanced service does not work: what was found, where it was seen, and what would mend it. */
export function DoctorPage({ clusterId, name, role }: Props) {
  const t = useTranslations("balancer.doctor")
  const say = useDoctorWords()
  const queries = useQueryClient()
  const [fix, setFix] = useState<DoctorFix>()
  const { data: view, error, isFetching, refetch } = useQuery(balancerQueries.doctor({ clusterId, name }))
  const troubles = view?.findings.filter(({ level }) => level !== "ok") ?? []
  return (
    <>
      <BalancerTabs clusterId={clusterId} name={name} />
      <PageHead
        title={
          <>
            {t("title", { name })}
            {view && <Tag mark={troubles.length === 0 ? "ok" : "need"}>{t("count", { n: troubles.length })}</Tag>}
          </>
        }
        sub={t("text")}
      >
        <Button isBusy={isFetching} onPress={() => void refetch()}>
          {t("again")}
        </Button>
      </PageHead>
      <div className="grid gap-3.5">
        <Reports reports={reportsOf(error)} />
        {isFetching && (
          <p role="status" className="text-ink2">
            {t("looking")}
          </p>
        )}
        {view?.findings.map((one, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same may be found of several, and all come at once
          <Finding key={i} finding={one} nowMs={view.nowMs} mayFix={mayAct(role, "operator")} onFix={setFix} />
        ))}
        {view && (view.well.length > 0 || view.notSeen.length > 0) && (
          <Card className="grid gap-3 p-4">
            {view.well.length > 0 && (
              <section aria-label={t("well")}>
                <h2>{t("well")}</h2>
                <ul className="mt-1.5 grid gap-1 sm:grid-cols-2">
                  {view.well.map((code) => (
                    <li key={code} className="flex items-center gap-2">
                      <StateMark mark="ok" /> {say(`well.${code}`)}
                    </li>
                  ))}
                </ul>
              </section>
            )}
            {view.notSeen.length > 0 && (
              <section aria-label={t("notSeen")}>
                <h2>{t("notSeen")}</h2>
                <ul className="mt-1.5 grid gap-1">
                  {view.notSeen.map(({ code, params }, i) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: as above
                    <li key={i} className="flex items-center gap-2 text-ink2">
                      <StateMark mark="unknown" /> {say(`notSeen.${code}`, params)}
                    </li>
                  ))}
                </ul>
              </section>
            )}
          </Card>
        )}
        <WhoAnswersCard clusterId={clusterId} name={name} mayAsk={mayAct(role, "operator")} />
      </div>
      {fix && (
        <BalancerPlanDialog
          clusterId={clusterId}
          title={t(`fix.${fix.kind}`, { node: "node" in fix ? fix.node : "" })}
          confirm={t(`fix.${fix.kind}`, { node: "node" in fix ? fix.node : "" })}
          make={() => client.plan.doctorFix({ clusterId, balancer: name, fix })}
          onClose={() => setFix(undefined)}
          onDone={() => {
            setFix(undefined)
            void queries.invalidateQueries({ queryKey: balancerQueries.all })
            void refetch()
          }}
        />
      )}
    </>
  )
}
