"use client"
import { useQuery } from "@tanstack/react-query"
import { reportsOf } from "@/components/node/refusals"
import { Reports } from "@/components/ui/reports"
import { balancerQueries } from "@/lib/client/balancer-api"
import type { Role } from "@/lib/domain/roles"
import { useTranslations } from "@/lib/i18n/use"
import { DirectorsBody } from "./directors-body"
import { Editor } from "./editor"
import { EditorBody } from "./editor-body"
import { BalancerTabs } from "./tabs"

const bodies = { servers: EditorBody, directors: DirectorsBody }
type Props = {
  readonly clusterId: string
  readonly name: string
  readonly role: Role | undefined
  readonly part: keyof typeof bodies
}
export function EditorPage({ clusterId, name, role, part }: Props) {
  const t = useTranslations("common")
  const { data: view, error } = useQuery(balancerQueries.get({ clusterId, name }))
  return (
    <>
      <BalancerTabs clusterId={clusterId} name={name} />
      <Reports reports={reportsOf(error)} />
      {!view && !error && (
        <p role="status" className="text-ink2">
          {t("loading")}
        </p>
      )}
      {view && <Editor key={name} clusterId={clusterId} view={view} role={role} body={bodies[part]} />}
    </>
  )
}
