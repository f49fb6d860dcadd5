"use client"
import { clockTime, useDuration } from "@/components/ui/age"
import { Button } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { StateMark, Tag } from "@/components/ui/state-mark"
import { useNow } from "@/lib/client/clock"
import type { FenceAction, LostView } from "@/lib/domain/fencing"
import type { NodeState } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"
import { EvidenceList } from "./evidence-list"
import { PastAttempts } from "./past-attempts"
import { ServicesAfter } from "./services-after"
import { isBack, isOff, useHeadline, useNext } from "./words"

const edges = { bad: "border-bad", need: "border-warn", move: "border-accent", off: "", ok: "border-ok", unknown: "border-dashed" }
const grounds = { bad: "bg-bad-soft", need: "bg-warn-soft", move: "bg-accent-soft", off: "bg-sunk", ok: "bg-ok-soft", unknown: "bg-sunk" }

type CardProps = {
  readonly state: NodeState
  readonly view: LostView
  /** What its fence devices can do with it now; empty without devices, or for one who only looks. */
  readonly actions: readonly FenceAction[]
  readonly onPower: (action: FenceAction) => void
}
/** A member that is away: what is so, what happens next, what becomes of its services, and who says so. */
export function LostCard({ state, view, actions, onPower }: CardProps) {
  const t = useTranslations("lost")
  const headline = useHeadline()(state, view)
  const isSettled = isOff(state) || isBack(state, view)
  return (
    <Card className={`overflow-hidden ${edges[headline.mark]}`}>
      <div className={`flex items-start gap-3 px-4 py-3.5 ${grounds[headline.mark]}`}>
        <span className="mt-2">
          <StateMark mark={headline.mark} />
        </span>
        <div className="min-w-0 flex-1">
          <p role="status" className="text-[20px] leading-snug font-[640] break-words text-ink">
            {headline.words}
          </p>
          <Silence view={view} />
        </div>
      </div>
      <div className="grid gap-4 px-4 py-3.5">
        <WhatNext {...{ state, view, actions, onPower }} />
        <Part
          title={
            state === "lost" && view.services.length > 0 ? `${t("services")}: ${t("servicesHeld", { node: view.node })}` : t("services")
          }
        >
          <ServicesAfter view={view} />
        </Part>
        {!isSettled && (
          <Part title={t("evidence")}>
            <EvidenceList witnesses={view.evidence.witnesses} nowMs={view.nowMs} />
          </Part>
        )}
        <Quorum view={view} />
        <PastAttempts history={view.history} />
      </div>
    </Card>
  )
}
const Part = ({ title, children }: { readonly title: string; readonly children: React.ReactNode }) => (
  <section aria-label={title}>
    <h2 className="mb-1.5">{title}</h2>
    {children}
  </section>
)

function Silence({ view: { evidence, nowMs, judgement } }: { readonly view: LostView }) {
  const t = useTranslations("lost")
  const now = Math.max(useNow(nowMs), nowMs)
  const duration = useDuration()
  const { heardMs } = evidence
  if (judgement === "heard") return null
  if (heardMs === null) return <p className="mt-0.5 text-ink2">{t("neverHeard")}</p>
  return (
    <p className="mt-0.5 text-ink2" suppressHydrationWarning>
      {t("silentFor", { age: duration(now - heardMs) })} · {t("lastHeard", { time: clockTime(heardMs) })}
    </p>
  )
}

/** By itself, or not without a person; and what the devices can do, in the same place. */
function WhatNext({ state, view, actions, onPower }: CardProps) {
  const t = useTranslations("lost")
  const now = Math.max(useNow(view.nowMs), view.nowMs)
  const next = useNext()(state, view, now)
  return (
    <section aria-label={t("nextTitle")}>
      <h2 className="mb-1.5 flex flex-wrap items-center gap-2">
        {t("nextTitle")}
        {next.needsYou && <Tag mark="need">{t("needsYou")}</Tag>}
        {next.isUnderWay && <Tag mark="move">{t("byItself")}</Tag>}
      </h2>
      <p className="max-w-[75ch] text-[15px]" suppressHydrationWarning>
        {next.words}
      </p>
      {actions.length > 0 && (
        <fieldset aria-label={t("powerTitle")} className="mt-2.5 flex flex-wrap items-center gap-2">
          {actions.map((action) => (
            <Button key={action} look={action === "on" ? "default" : "danger"} onPress={() => onPower(action)}>
              {t(`power.${action}`)}
            </Button>
          ))}
          <span className="text-ink2">{t("powerTitle")}</span>
        </fieldset>
      )}
    </section>
  )
}
function Quorum({ view: { quorum } }: { readonly view: LostView }) {
  const t = useTranslations("lost")
  const { isQuorate, byTieBreaker, known, members } = quorum
  const words = isQuorate ? (byTieBreaker ? "quorumTie" : "quorumYes") : "quorumNo"
  return (
    <p className="flex flex-wrap items-center gap-x-2">
      <StateMark mark={isQuorate ? "ok" : "bad"} />
      <b>{t("quorum")}</b>
      <span className={isQuorate ? "" : "text-bad"}>{t(words, { known, members })}</span>
    </p>
  )
}
