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
      <Changes plan={plan} />
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

/** When more than one service is touched, or none on a node: what changes, before how. */
function Changes({ plan }: { readonly plan: PlanView }) {
  const t = useTranslations("plans")
  const say = useCoded("plans")
  if (plan.changes.length < 2 && !(plan.changes.length === 1 && plan.steps.length === 0)) return null
  return (
    <section aria-label={t("changes")}>
      <h2>{t("changes")}</h2>
      <ul className="mt-1">
        {plan.changes.map(({ service, kind, from = "", to = "", resources = [] }) => (
          <li key={`${service}${kind}`}>{say(`change.${kind}`, { service, from, to, resources: resources.join(", ") })}</li>
        ))}
      </ul>
    </section>
  )
}
/** Reasons in a note's parameters are codes: they are said in words. */
function useNote() {
  const say = useCoded("plans")
  const score = useCoded("common")
  return ({ code, params }: Sentence): string =>
    say(`note.${code}`, { ...params, ...(params.because === undefined ? {} : { because: score(`score.${params.because}`) }) })
}
function Consequences({ plan }: { readonly plan: PlanView }) {
  const t = useTranslations("plans")
  const score = useCoded("common")
  const sentence = useSentence()
  const say = useCoded("plans")
  const note = useNote()
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
      {plan.choice !== null && plan.choice.code !== "asked" && (
        <Row title={t("choiceTitle")}>{say(`choice.${plan.choice.code}`, plan.choice.params)}</Row>
      )}
      {plan.notes.length > 0 && (
        <Row title={t("notes")}>
          <ul>
            {plan.notes.map((n) => (
              <li key={note(n)}>{note(n)}</li>
            ))}
          </ul>
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
