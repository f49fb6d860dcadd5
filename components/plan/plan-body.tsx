"use client"
import { Code } from "@/components/ui/code"
import { StateMark } from "@/components/ui/state-mark"
import type { Sentence } from "@/lib/domain/plan"
import type { PlanView } from "@/lib/domain/views"
import { useCoded, useTranslations } from "@/lib/i18n/use"

/** A step's or a fallback's sentence. */
export function useSentence() {
  const say = useCoded("plans")
  return ({ code, params }: Sentence): string => say(`step.${code}`, params)
}
const markOf = (code: string) => (code === "startResource" ? "ok" : code === "stopResource" ? "off" : "move")

/** What stops, moves and starts, how long it is away, what if it fails, why not elsewhere, and what stays. */
export function PlanBody({ plan }: { readonly plan: PlanView }) {
  const t = useTranslations("plans")
  const sentence = useSentence()
  const seen = new Map<string, number>()
  return (
    <>
      <section aria-label={t("steps")}>
        <h2>{t("steps")}</h2>
        {plan.steps.length === 0 && <p className="text-ink2">{t("stepsNone")}</p>}
        <ol className="mt-1.5 divide-y rounded-lg border">
          {plan.steps.map((step) => {
            const words = sentence(step.sentence)
            seen.set(words, (seen.get(words) ?? 0) + 1)
            return (
              <li key={`${words}${seen.get(words)}`} className="flex items-center gap-2.5 px-3 py-1.5">
                <StateMark mark={markOf(step.sentence.code)} />
                {words}
              </li>
            )
          })}
        </ol>
        {plan.steps.length > 0 && (
          <details className="mt-1.5">
            <summary className="text-ink2">{t("commands")}</summary>
            <div className="mt-1.5">
              <Code text={plan.steps.map(({ node, command }) => `${node}$ ${command}`).join("\n")} />
            </div>
          </details>
        )}
      </section>
      <Consequences plan={plan} />
    </>
  )
}

function Consequences({ plan }: { readonly plan: PlanView }) {
  const t = useTranslations("plans")
  const score = useCoded("common")
  const sentence = useSentence()
  return (
    <dl className="grid grid-cols-[130px_minmax(0,1fr)] gap-x-3 gap-y-2 max-sm:grid-cols-1 max-sm:gap-y-0.5">
      {plan.interrupted.map(({ service, expectedPauseMs, earlierMs }) => (
        <Row key={service} title={t("pause")}>
          {expectedPauseMs === null
            ? t("pauseUnknown", { service })
            : t("pauseExpected", { service, seconds: Math.max(1, Math.round(expectedPauseMs / 1_000)), n: earlierMs.length })}
        </Row>
      ))}
      {plan.fallbacks.length > 0 && (
        <Row title={t("fallbacks")}>
          <ol>
            {plan.fallbacks.map((f) => (
              <li key={sentence(f.sentence)}>{sentence(f.sentence)}</li>
            ))}
          </ol>
        </Row>
      )}
      {plan.others.length > 0 && (
        <Row title={t("others")}>
          <ul>
            {plan.others.map(({ node, because }) => (
              <li key={node}>
                <b>{node}</b>: {score(`score.${because}`)}
              </li>
            ))}
          </ul>
        </Row>
      )}
      <Row title="">{plan.untouched.length > 0 ? t("untouched", { services: plan.untouched.join(", ") }) : t("untouchedNone")}</Row>
    </dl>
  )
}
const Row = ({ title, children }: { readonly title: string; readonly children: React.ReactNode }) => (
  <>
    <dt className="text-ink2">{title}</dt>
    <dd className="min-w-0">{children}</dd>
  </>
)
