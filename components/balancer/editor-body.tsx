"use client"
import { useEffect, useState } from "react"
import { Button } from "@/components/ui/button"
import { Card, Empty } from "@/components/ui/card"
import { keyOf } from "@/lib/domain/balancer-rules-service"
import type { BalancerLive } from "@/lib/domain/balancer-view"
import { useTranslations } from "@/lib/i18n/use"
import { added } from "./draft"
import { newServer } from "./draft-new"
import { withoutServer } from "./draft-vip"
import type { BodyProps } from "./editor"
import { FlowPicture } from "./flow-picture"
import { OtherProblems } from "./other-problems"
import { PlanPane } from "./plan-pane"
import { liveServerOf, titleOf } from "./real-key"
import { RealServers } from "./real-servers"
import { ServerForm } from "./server-form"
import { ServerList } from "./server-list"
import { useEditing } from "./use-draft"

const LARGE = 200
/** The list where there are several, the picture of the chosen one, its form, and the plan beside it. */
export function EditorBody({ live, changes, why, make, onRefused, onLook }: BodyProps) {
  const t = useTranslations("balancer")
  const { draft } = useEditing()
  const { virtualServers } = draft.model
  const [wish, setWish] = useState(0)
  const index = Math.min(wish, virtualServers.length - 1)
  const server = virtualServers[index]
  const found = liveServerOf(live, server)
  // Another one's answer is still shown: this one's real servers are on their way.
  const view = found && found.realServers.length === 0 && server?.realServers.length !== 0 ? undefined : found
  const key = server && keyOf(server.service)
  useEffect(() => {
    if (key !== undefined) onLook(key)
  }, [key, onLook])
  return (
    <div className={virtualServers.length > 1 ? "grid gap-3.5 lg:grid-cols-[230px_minmax(0,1fr)]" : "grid gap-3.5"}>
      {virtualServers.length > 1 && <Servers live={live} index={index} onChoose={setWish} />}
      <div className="grid min-w-0 content-start gap-3.5">
        <OtherProblems except={`virtualServers.${index}`} onServer={setWish} />
        {view && <FlowPicture server={view} />}
        {server && (
          <Card className="p-4">
            <RealServers key={index} at={`virtualServers.${index}`} index={index} server={server} live={view} />
          </Card>
        )}
        <div className="grid content-start gap-3.5 xl:grid-cols-[minmax(0,1fr)_minmax(0,0.8fr)]">
          <Card className="grid content-start gap-3.5 p-4">
            <ServerBar index={index} onChoose={setWish} title={server && titleOf(server)} />
            {server ? <ServerForm key={index} index={index} server={server} /> : <Empty>{t("noServers")}</Empty>}
          </Card>
          <PlanPane {...{ changes, why, make, onRefused, of: draft, isLarge: virtualServers.length > LARGE }} />
        </div>
      </div>
    </div>
  )
}
type ServersProps = { readonly live: BalancerLive | undefined; readonly index: number; readonly onChoose: (index: number) => void }
function Servers({ live, index, onChoose }: ServersProps) {
  const { draft, problems } = useEditing()
  const wrong = new Set(problems.all.flatMap(({ path }) => (path.startsWith("virtualServers.") ? [Number(path.split(".")[1])] : [])))
  return (
    <ServerList
      servers={draft.model.virtualServers}
      live={live?.virtualServers ?? []}
      problems={wrong}
      chosen={index}
      onChoose={onChoose}
    />
  )
}
type BarProps = { readonly index: number; readonly title: string | undefined; readonly onChoose: (index: number) => void }
function ServerBar({ index, title, onChoose }: BarProps) {
  const t = useTranslations("balancer")
  const { draft, edit, canEdit } = useEditing()
  return (
    <div className="flex flex-wrap items-center justify-between gap-2">
      <h2 className="break-all">{title ?? t("virtualServers")}</h2>
      {canEdit && (
        <span className="flex gap-1">
          {title !== undefined && (
            <Button look="quiet" label={t("removeOf", { server: title })} onPress={() => edit((was) => withoutServer(was, index))}>
              {t("remove")}
            </Button>
          )}
          <Button
            onPress={() => {
              edit((was) => added(was, "virtualServers", newServer()))
              onChoose(draft.model.virtualServers.length)
            }}
          >
            {t("addServer")}
          </Button>
        </span>
      )}
    </div>
  )
}
