"use client"
import { useQuery } from "@tanstack/react-query"
import Link from "next/link"
import { useEffect, useState } from "react"
import { NodeReals } from "@/components/balancer/node-reals"
import { nodeMark, serviceMark } from "@/components/cluster/marks"
import { ByHand, type Me } from "@/components/lost/by-hand"
import { LostCard } from "@/components/lost/lost-card"
import { PowerDialog } from "@/components/lost/power-dialog"
import { useLost } from "@/components/lost/use-lost"
import { isOff } from "@/components/lost/words"
import { NodePlanDialog } from "@/components/plan/plan-dialog"
import { Age } from "@/components/ui/age"
import { Button } from "@/components/ui/button"
import { Banner, Card, Mono, PageHead } from "@/components/ui/card"
import { Tag } from "@/components/ui/state-mark"
import { api } from "@/lib/client/api"
import { AGES_EVERY_MS, setServerNow } from "@/lib/client/clock"
import type { FenceAction, LostView } from "@/lib/domain/fencing"
import { isSilent } from "@/lib/domain/node-state"
import type { NodeView } from "@/lib/domain/views"
import { useCoded, useTranslations } from "@/lib/i18n/use"
import { FactTable } from "./fact-table"
import { KeyChanged } from "./key-changed"
import { RemoveNode } from "./remove-node"

const REFETCH_MS = 1_000
/** What its fence devices can do with a member now. */
function powerActions({ isMember, state }: NodeView, lost: LostView | undefined, me: Me): readonly FenceAction[] {
  if (!isMember || !lost || lost.readiness === "none" || me?.role === "viewer") return []
  return isOff(state) ? ["on"] : ["off", "reboot"]
}
type NodePageProps = { readonly clusterId: string; readonly initial: NodeView; readonly initialLost: LostView; readonly me: Me }
export function NodePage({ clusterId, initial, initialLost, me }: NodePageProps) {
  const t = useTranslations()
  const input = { clusterId, name: initial.name }
  const { data: view } = useQuery({
    ...api.node.get.queryOptions({ input }),
    initialData: initial,
    refetchInterval: ({ state: { data } }) => (data?.isMember && data.state !== "online" ? REFETCH_MS : AGES_EVERY_MS),
  })
  const isAway = view.isMember && view.state !== "online"
  const lost = useLost(input, { isAway, initial: initialLost })
  const actions = powerActions(view, lost, me)
  const [asked, setAsked] = useState<"remove" | "maintain" | "return" | FenceAction>()
  const close = () => setAsked(undefined)
  useEffect(() => setServerNow(view.nowMs), [view.nowMs])
  return (
    <>
      <PageHead
        title={
          <>
            {view.name} <Tag mark={nodeMark[view.state]}>{t(`common.nodeStates.${view.state}`)}</Tag>
            {view.isInMaintenance && <Tag mark="need">{t("nodes.inMaintenance")}</Tag>}
          </>
        }
        sub={
          <>
            <Mono>
              {view.user}@{view.host}:{view.port}
            </Mono>{" "}
            · {t("nodes.heard")}: {view.lastHeardMs === null ? t("nodes.never") : <Age atMs={view.lastHeardMs} nowMs={view.nowMs} />}
          </>
        }
      >
        {view.isMember && (
          <Button onPress={() => setAsked(view.isInMaintenance ? "return" : "maintain")}>
            {t(view.isInMaintenance ? "nodes.return" : "nodes.maintain")}
          </Button>
        )}
        {!isAway &&
          actions.map((action) => (
            <Button key={action} onPress={() => setAsked(action)}>
              {t(`lost.power.${action}`)}
            </Button>
          ))}
        <Button onPress={() => setAsked("remove")}>{t("nodes.remove")}</Button>
      </PageHead>
      <div className="grid gap-3.5">
        {view.offeredFingerprint !== null && <KeyChanged clusterId={clusterId} view={view} offered={view.offeredFingerprint} />}
        {isAway ? lost && <Away {...{ clusterId, view, lost, me, actions }} onPower={setAsked} /> : <WhyNot view={view} />}
        <ServicesHere clusterId={clusterId} services={view.services} />
        <NodeReals clusterId={clusterId} node={view.name} role={me?.role} />
        <section>
          <h2 className="mb-1.5">{t("nodes.facts")}</h2>
          <FactTable view={view} />
        </section>
        <p className="text-ink2">
          {t("nodes.fingerprint")}: <Mono>{view.fingerprint}</Mono>
        </p>
      </div>
      {asked === "remove" && <RemoveNode clusterId={clusterId} name={view.name} onClose={close} />}
      {(asked === "off" || asked === "reboot" || asked === "on") && (
        <PowerDialog clusterId={clusterId} node={view.name} action={asked} onClose={close} />
      )}
      {(asked === "maintain" || asked === "return") && (
        <NodePlanDialog clusterId={clusterId} node={view.name} action={asked} onClose={close} />
      )}
    </>
  )
}

type AwayProps = {
  readonly clusterId: string
  readonly view: NodeView
  readonly lost: LostView
  readonly me: Me
  readonly actions: readonly FenceAction[]
  readonly onPower: (action: FenceAction) => void
}
/** A member that is away. What switches it off stands in the first card; what only says so in a section of its own. */
function Away({ clusterId, view, lost, me, actions, onPower }: AwayProps) {
  const isWaitedFor = lost.judgement === "lost" && lost.readiness === "none"
  return (
    <>
      <LostCard state={view.state} view={lost} actions={actions} onPower={onPower} />
      {isSilent(view) && <ByHand clusterId={clusterId} view={lost} me={me} isWaitedFor={isWaitedFor} />}
    </>
  )
}
/** A machine that is no member: nothing follows from its silence but the reason. */
function WhyNot({ view: { state, reason, offeredFingerprint } }: { readonly view: NodeView }) {
  const say = useCoded("events")
  if (state === "online" || reason === null || offeredFingerprint !== null) return null
  return (
    <Banner mark={nodeMark[state]}>
      <span className="min-w-0 break-words">{say(`reasons.${reason.code}`, reason.params)}</span>
    </Banner>
  )
}
type ServicesProps = { readonly clusterId: string; readonly services: NodeView["services"] }
function ServicesHere({ clusterId, services }: ServicesProps) {
  const t = useTranslations()
  if (services.length === 0) return null
  return (
    <Card className="px-3.5 py-2.5">
      <h2 className="mb-1">{t("nodes.services")}</h2>
      <ul className="flex flex-wrap gap-2">
        {services.map(({ name, state }) => (
          <li key={name}>
            <Link href={`/c/${clusterId}/services/${name}`}>{name}</Link> <Tag mark={serviceMark[state]}>{t(`common.states.${state}`)}</Tag>
          </li>
        ))}
      </ul>
    </Card>
  )
}
