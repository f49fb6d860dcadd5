"use client"
import { useDuration } from "@/components/ui/age"
import { StateMark } from "@/components/ui/state-mark"
import { useNow } from "@/lib/client/clock"
import { isFresh, type Saying, type Witness } from "@/lib/domain/evidence"
import { useTranslations } from "@/lib/i18n/use"
import { useSaid, useWitness } from "./words"

const marks = { alive: "need", on: "need", silent: "off", off: "off", cannotSay: "unknown" } as const
const tones: Readonly<Record<Saying, string>> = {
  alive: "text-warn font-medium",
  on: "text-warn font-medium",
  silent: "",
  off: "",
  cannotSay: "text-ink2",
}

type ListProps = { readonly witnesses: readonly Witness[]; readonly nowMs: number }
/** Who was asked, what they say, since when, and how old that is. What speaks against "it is off" is in the colour of a warning. */
export function EvidenceList({ witnesses, nowMs }: ListProps) {
  const t = useTranslations("lost")
  const now = Math.max(useNow(nowMs), nowMs)
  if (witnesses.length === 0) return <p className="text-ink2">{t("noEvidence")}</p>
  return (
    <ul className="divide-y rounded-lg border bg-panel">
      {witnesses.map((witness) => (
        <Row key={`${witness.kind}/${witness.name}`} witness={witness} now={now} />
      ))}
    </ul>
  )
}
function Row({ witness, now }: { readonly witness: Witness; readonly now: number }) {
  const t = useTranslations("lost")
  const duration = useDuration()
  const who = useWitness()
  const { says, atMs, sinceMs } = witness
  const detail = useSaid()(witness)
  const isOld = !isFresh(witness, now)
  return (
    <li className="flex flex-wrap items-baseline gap-x-2.5 gap-y-0.5 px-3 py-1.5">
      <StateMark mark={marks[says]} />
      <span className="min-w-0 flex-1 max-sm:basis-[80%]">{who(witness)}</span>
      <span className={`${tones[says]} ${isOld ? "italic" : ""}`}>{t(`says.${says}`)}</span>
      <span className="text-ink2" suppressHydrationWarning>
        {t("saidFor", { age: duration(now - sinceMs) })} · {t("askedAgo", { age: duration(now - atMs) })}
        {isOld && <> · {t("tooOld")}</>}
      </span>
      {detail !== "" && (
        <span className="w-full truncate pl-[19px] font-mono text-[11.5px] text-ink2" title={detail}>
          {detail}
        </span>
      )}
    </li>
  )
}
