"use client"
import Link from "next/link"
import { useDuration } from "@/components/ui/age"
import { Card, Empty } from "@/components/ui/card"
import { type Mark, Tag } from "@/components/ui/state-mark"
import { useNow } from "@/lib/client/clock"
import type { SentState, SentView } from "@/lib/domain/alert-channel"
import { useTranslations } from "@/lib/i18n/use"
import { Ago } from "./ago"
import { useAbout, useOutcome } from "./words"

const marks: Readonly<Record<SentState, Mark>> = { waiting: "need", delivered: "ok", givenUp: "bad", dropped: "off" }
type SentProps = { readonly clusterId: string; readonly sent: readonly SentView[]; readonly nowMs: number }
/** What was told to whom; what could not be delivered stays here with its reason and its next attempt. */
export function SentList({ clusterId, sent, nowMs }: SentProps) {
  const t = useTranslations("alerts")
  return (
    <section aria-labelledby="alert-history">
      <h2 id="alert-history" className="mb-1.5">
        {t("history")}
      </h2>
      <Card>
        {sent.length === 0 && <Empty>{t("nothingSent")}</Empty>}
        <ul className="divide-y">
          {sent.map((entry) => (
            <Entry key={entry.id} {...{ clusterId, entry, nowMs }} />
          ))}
        </ul>
      </Card>
    </section>
  )
}
function Entry({ clusterId, entry, nowMs }: { readonly clusterId: string; readonly entry: SentView; readonly nowMs: number }) {
  const t = useTranslations("alerts")
  const about = useAbout(clusterId)(entry.kind, entry.subject)
  const say = useOutcome()
  const duration = useDuration()
  const now = useNow(nowMs)
  const { state, attempts, nextMs, detail } = entry
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3.5 py-2">
      <span className="min-w-0 flex-1 basis-60">
        <Link href={about.href}>{about.words}</Link> <span className="text-ink2">· {t(`phases.${entry.phase}`)}</span>
        <span className="block text-xs text-ink2">
          {t("toChannel", { channel: entry.channel })} · <Ago atMs={entry.createdMs} nowMs={nowMs} />
        </span>
      </span>
      <span className="min-w-0 text-xs">
        <Tag mark={marks[state]}>{t(`sentStates.${state}`)}</Tag>
        {state !== "delivered" && detail && <span className="ml-1.5">{say(detail)}</span>}
        {state === "waiting" && (
          <span className="ml-1.5 text-ink2" suppressHydrationWarning>
            {nextMs === null ? t("waitsForBegan") : t("nextTry", { attempts, time: duration(nextMs - now) })}
          </span>
        )}
      </span>
    </li>
  )
}
