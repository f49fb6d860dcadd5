"use client"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import Link from "next/link"
import { reportsOf } from "@/components/node/refusals"
import { Button, LinkButton } from "@/components/ui/button"
import { Card, Empty } from "@/components/ui/card"
import { Reports, useReport } from "@/components/ui/reports"
import { Tag } from "@/components/ui/state-mark"
import { api, client } from "@/lib/client/api"
import type { NodeFencingView } from "@/lib/domain/fencing"
import { report } from "@/lib/domain/report"
import { mayAct, type Role } from "@/lib/domain/roles"
import { useTranslations } from "@/lib/i18n/use"
import { LevelsText } from "./levels-text"
import { isDoubtful, readinessMark } from "./words"

type CardsProps = {
  readonly clusterId: string
  readonly nodes: readonly NodeFencingView[]
  readonly heard: readonly string[]
  readonly role: Role | undefined
  readonly nowMs: number
}
/** One card per member: what would switch it off, whether that was tried, and what the night will be like. */
export function NodeCards({ clusterId, nodes, heard, role, nowMs }: CardsProps) {
  const t = useTranslations("fencing")
  return (
    <section aria-labelledby="fence-members">
      <h2 id="fence-members" className="mb-1.5">
        {t("members")}
      </h2>
      {nodes.length === 0 && (
        <Card>
          <Empty>{t("noMembers")}</Empty>
        </Card>
      )}
      <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
        {nodes.map((view) => (
          <li key={view.node} className="min-w-0">
            <NodeCard clusterId={clusterId} view={view} isHeard={heard.includes(view.node)} role={role} nowMs={nowMs} />
          </li>
        ))}
      </ul>
      <p className="mt-1.5 text-xs text-ink3">{t("testHint")}</p>
    </section>
  )
}
type CardProps = Pick<CardsProps, "clusterId" | "role" | "nowMs"> & { readonly view: NodeFencingView; readonly isHeard: boolean }
function NodeCard({ clusterId, view, isHeard, role, nowMs }: CardProps) {
  const t = useTranslations()
  const say = useReport()
  const queries = useQueryClient()
  const { node, readiness } = view
  const testing = useMutation({
    mutationFn: () => client.fence.test({ clusterId, node }),
    onSettled: () => queries.invalidateQueries({ queryKey: api.fence.key() }),
  })
  const why = mayAct(role, "operator")
    ? view.levels.length === 0
      ? t("fencing.night.none", { node })
      : undefined
    : say(report("roleMissing", { role: t("common.roles.operator"), has: role ? t(`common.roles.${role}`) : "" }))
  const isAdmin = mayAct(role, "admin")
  const looks = readiness === "fenced" && isHeard && isDoubtful(view) ? "doubtful" : readiness
  return (
    <Card className="flex h-full flex-col gap-2.5 p-3.5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-semibold">
          <Link href={`/c/${clusterId}/nodes/${node}`} className="no-underline hover:underline">
            {node}
          </Link>
        </h3>
        <Tag mark={readinessMark[looks]}>{t(`fencing.readiness.${looks}`)}</Tag>
      </div>
      <LevelsText view={view} nowMs={nowMs} isHeard={isHeard} />
      <p className="text-ink2">{t(`fencing.night.${looks}`, { node })}</p>
      <Reports reports={reportsOf(testing.error)} />
      <p role="status" className="text-xs text-ink2 empty:hidden">
        {testing.isPending ? t("fencing.testing") : testing.isSuccess ? t("fencing.tested") : ""}
      </p>
      <div className="mt-auto flex flex-wrap gap-2">
        <Button label={t("fencing.testOf", { node })} why={why} isBusy={testing.isPending} onPress={() => testing.mutate()}>
          {t("fencing.test")}
        </Button>
        <LinkButton href={`/c/${clusterId}/fencing/nodes/${node}`}>
          {isAdmin ? t("common.edit") : t("fencing.levels")}
          <span className="sr-only">{node}</span>
        </LinkButton>
        <LinkButton href={`/c/${clusterId}/nodes/${node}`} look="quiet">
          {t("fencing.switchIt")}
          <span className="sr-only">{node}</span>
        </LinkButton>
      </div>
    </Card>
  )
}
