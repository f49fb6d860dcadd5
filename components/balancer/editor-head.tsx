"use client"
import { Button } from "@/components/ui/button"
import { PageHead } from "@/components/ui/card"
import { Tag } from "@/components/ui/state-mark"
import type { BalancerLive, BalancerView } from "@/lib/domain/balancer-view"
import { useTranslations } from "@/lib/i18n/use"
import { roleMarks } from "./marks"

type Sums = { readonly serving: number; readonly draining: number; readonly out: number; readonly active: number; readonly rate: number }
const sumsOf = (live: BalancerLive | undefined): Sums => {
  const servers = live?.virtualServers ?? []
  const count = (state: "serving" | "draining" | "out") => servers.reduce((sum, { counts }) => sum + counts[state], 0)
  return {
    ...{ serving: count("serving"), draining: count("draining"), out: count("out") },
    active: servers.reduce((sum, one) => sum + one.active, 0),
    rate: servers.reduce((sum, one) => sum + (one.rate?.connections ?? 0), 0),
  }
}
/** Which director answers, as seen on its interfaces. */
export function Directors({ live }: { readonly live: Pick<BalancerLive, "directors"> | undefined }) {
  const t = useTranslations("balancer")
  return (
    <span className="inline-flex flex-wrap gap-x-2 gap-y-1">
      {live?.directors.map(({ node, role }) => (
        <Tag key={node} mark={roleMarks[role]}>
          {node}: {t(`role.${role}`)}
        </Tag>
      ))}
    </span>
  )
}
type Props = {
  readonly view: BalancerView
  readonly live: BalancerLive | undefined
  readonly count: number
  readonly isDirty: boolean
  readonly why: string | undefined
  readonly onDiscard: () => void
  readonly onApply: () => void
}
export function EditorHead({ view, live, count, isDirty, why, onDiscard, onApply }: Props) {
  const t = useTranslations("balancer")
  const { serving, draining, out, active, rate } = sumsOf(live)
  // Nobody knows which director serves, or its table was not read lately: zeros would be no answer.
  const isSeen = live?.virtualServers.every(({ state }) => state !== "unknown") ?? false
  return (
    <div className="z-[5] bg-bg sm:sticky sm:top-12 sm:-mx-1 sm:px-1 sm:pt-1">
      <PageHead
        title={
          <>
            {view.name}
            {live && !isSeen && (
              <Tag mark="unknown">
                {t("servingUnknown", { of: view.model.virtualServers.reduce((n, one) => n + one.realServers.length, 0) })}
              </Tag>
            )}
            {live && isSeen && (
              <Tag mark={serving === 0 ? "bad" : out > 0 ? "need" : "ok"}>
                {[
                  t("servingCount", { n: serving }),
                  ...(draining > 0 ? [t("drainingCount", { n: draining })] : []),
                  ...(out > 0 ? [t("outCount", { n: out })] : []),
                ].join(", ")}
              </Tag>
            )}
          </>
        }
        sub={
          <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
            {live && isSeen && `${t("connections", { n: active })} · ${t("perSecondIn", { n: Math.round(rate) })} ·`}
            <Directors live={live ?? view} />
          </span>
        }
      >
        <Button look="quiet" why={isDirty ? undefined : t("nothingChanged")} onPress={onDiscard}>
          {t("discard")}
        </Button>
        <Button look="primary" why={why} onPress={onApply}>
          {t("applyCount", { n: count })}
        </Button>
      </PageHead>
    </div>
  )
}
