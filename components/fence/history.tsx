"use client"
import Link from "next/link"
import { dayTime } from "@/components/ui/age"
import { Card, Empty, Mono } from "@/components/ui/card"
import { StateMark, Tag } from "@/components/ui/state-mark"
import type { Evidence } from "@/lib/domain/evidence"
import type { FencingView } from "@/lib/domain/fencing"
import { useTranslations } from "@/lib/i18n/use"
import { useSaid } from "../lost/words"
import { outcomeMark, sayingMark, useDetail } from "./words"

type Props = { readonly clusterId: string; readonly history: readonly FencingView[] }
/** What was switched or confirmed, newest first: who, why, how it ended, and what was known then. */
export function History({ clusterId, history }: Props) {
  const t = useTranslations("fencing")
  return (
    <section aria-labelledby="fence-history">
      <h2 id="fence-history" className="mb-1.5">
        {t("history")}
      </h2>
      <Card>
        {history.length === 0 && <Empty>{t("noHistory")}</Empty>}
        <ol className="divide-y">
          {history.map((one) => (
            <li key={one.id} className="grid gap-1 px-3.5 py-2.5">
              <Entry clusterId={clusterId} one={one} />
            </li>
          ))}
        </ol>
      </Card>
    </section>
  )
}
function Entry({ clusterId, one }: { readonly clusterId: string; readonly one: FencingView }) {
  const t = useTranslations("fencing")
  const detail = useDetail()
  const { node, action, outcome, atMs, jobId, evidence } = one
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <time dateTime={new Date(atMs).toISOString()} className="font-mono text-[11.5px] text-ink2" suppressHydrationWarning>
          {dayTime(atMs)}
        </time>
        <b className="font-semibold">{node}</b>
        <span>{t(`actions.${action}`)}</span>
        <Tag mark={outcomeMark[outcome]}>{t(`outcomes.${outcome}`)}</Tag>
        {jobId !== null && (
          <Link href={`/c/${clusterId}/jobs/${jobId}`} className="text-accent">
            {t("job")}
            <span className="sr-only">{node}</span>
          </Link>
        )}
      </div>
      <p className="break-words text-ink2">
        {[
          one.through === "keeper" ? t("byPanel") : t("byWho", { who: one.who }),
          one.why === "" ? undefined : one.why === "nodeLost" ? t("whys.nodeLost", { node }) : t("why", { why: one.why }),
          one.detail ? detail(one.detail) : undefined,
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {evidence && evidence.witnesses.length > 0 && (
        <details>
          <summary className="text-ink2">{t("evidence")}</summary>
          <Witnesses evidence={evidence} />
        </details>
      )}
    </>
  )
}
function Witnesses({ evidence }: { readonly evidence: Evidence }) {
  const t = useTranslations("fencing")
  const said = useSaid()
  return (
    <>
      <p className="mt-1 text-ink2" suppressHydrationWarning>
        {evidence.heardMs === null ? t("neverHeard") : t("heard", { time: dayTime(evidence.heardMs) })}
      </p>
      <ul className="mt-1 grid gap-1">
        {evidence.witnesses.map(({ kind, name, says, atMs, detail }) => (
          <li key={`${kind} ${name}`} className="flex flex-wrap items-baseline gap-x-2">
            <StateMark mark={sayingMark[says]} />
            <span>{t(`witnesses.${kind}`, { name })}:</span>
            <span>{t(`says.${says}`)}</span>
            {detail !== "" && <Mono>{said({ kind, detail })}</Mono>}
            <time dateTime={new Date(atMs).toISOString()} className="font-mono text-[11.5px] text-ink3" suppressHydrationWarning>
              {dayTime(atMs)}
            </time>
          </li>
        ))}
      </ul>
    </>
  )
}
