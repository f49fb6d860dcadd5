"use client"
import { StateMark } from "@/components/ui/state-mark"
import type { VirtualServer } from "@/lib/domain/balancer"
import { useTranslations } from "@/lib/i18n/use"
import { within } from "./draft-errors"
import { DraftField } from "./draft-fields"
import { limits, serverFields } from "./fields"
import { ForwardingFields } from "./forwarding-fields"
import { KeptLines } from "./kept-lines"
import { More } from "./more"
import { usePlaceWords } from "./place-words"
import { useProblemWords } from "./problem-words"
import { SchedulerField, SchedulerFlags } from "./scheduler-fields"
import { ServiceFields } from "./service-fields"
import { useEditing } from "./use-draft"

type Props = { readonly index: number; readonly server: VirtualServer }
/** One virtual server: what everybody sets, then what few do. */
export function ServerForm({ index, server }: Props) {
  const at = `virtualServers.${index}`
  return (
    <div className="grid gap-4">
      <ProblemList at={at} />
      <ServerFields at={at} server={server} />
    </div>
  )
}
export function ServerFields({ at, server }: { readonly at: string; readonly server: VirtualServer }) {
  const t = useTranslations("balancer")
  const more = useTranslations("balancer.more")
  const { engine } = useEditing().context
  return (
    <div className="grid gap-3">
      <ServiceFields at={at} server={server} />
      <div className="grid gap-3 sm:grid-cols-2">
        <SchedulerField at={at} server={server} />
        <ForwardingFields at={`${at}.forwarding`} label={t("field.forwarding")} value={server.forwarding} />
        <DraftField at={at} spec={limits.persistenceTimeout} />
        {engine === "keepalived" && serverFields.checking.map((spec) => <DraftField key={spec.name} at={at} spec={spec} />)}
      </div>
      <div className="grid gap-2">
        <More title={more("persistence")} at={at} specs={serverFields.persistence} />
        <More title={more("scheduling")} at={at} specs={[{ as: "flag", name: "onePacket", words: "onePacket" }]}>
          <SchedulerFlags at={at} server={server} />
        </More>
        <More title={more("sorry")} at={at} specs={serverFields.sorry}>
          {server.sorryServer && (
            <div className="grid gap-3 sm:grid-cols-2">
              <ForwardingFields
                at={`${at}.sorryForwarding`}
                label={t("field.sorryForwarding")}
                value={server.sorryForwarding}
                none={t("asTheServer")}
              />
            </div>
          )}
        </More>
        <More title={more("quorum")} at={at} specs={serverFields.quorum} />
        <More title={more("failing")} at={at} specs={serverFields.failing} />
        <More title={more("timing")} at={at} specs={serverFields.timing} />
        <More title={more("names")} at={at} specs={serverFields.names} />
        <KeptLines kept={server.kept} />
      </div>
    </div>
  )
}
/** All that does not hold in it; each leads to its field. */
export function ProblemList({ at }: { readonly at: string }) {
  const t = useTranslations("balancer")
  const words = useProblemWords()
  const place = usePlaceWords()
  const { problems } = useEditing()
  const all = within(problems, at)
  if (all.length === 0) return null
  const go = (path: string) => {
    const found = document.getElementsByName(path)[0]
    found?.focus()
    found?.scrollIntoView({ block: "center" })
  }
  return (
    <div role="alert" className="rounded-lg border border-bad bg-bad-soft px-3.5 py-2.5">
      <b className="flex items-center gap-2">
        <StateMark mark="bad" />
        {t("problems", { n: all.length })}
      </b>
      <ul className="mt-1 grid gap-0.5">
        {all.slice(0, 12).map((one) => (
          <li key={`${one.path} ${one.report?.code}`}>
            <button type="button" className="text-left hover:underline" onClick={() => go(one.path)}>
              <b className="font-medium">{place(at, one.path)}:</b> {words(one)}
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
