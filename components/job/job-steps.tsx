"use client"
import { stepMark } from "@/components/cluster/marks"
import { useSentence } from "@/components/plan/plan-body"
import { useDuration } from "@/components/ui/age"
import { Code } from "@/components/ui/code"
import { StateMark } from "@/components/ui/state-mark"
import { useOutput } from "@/lib/client/stream"
import type { JobStepView, JobView } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"

/** Each step with its shape and words; command, output and reason on request, as text. */
export function JobSteps({ job }: { readonly job: JobView }) {
  const t = useTranslations("jobs")
  return (
    <ol aria-label={t("steps")} className="divide-y rounded-lg border bg-panel">
      {job.steps.map((step) => (
        <StepRow key={step.index} jobId={job.id} step={step} />
      ))}
    </ol>
  )
}
function StepRow({ jobId, step }: { readonly jobId: string; readonly step: JobStepView }) {
  const t = useTranslations()
  const sentence = useSentence()
  const duration = useDuration()
  const live = useOutput(jobId, step.index)
  const output = step.output === "" ? live.join("\n") : step.output
  return (
    <li className="px-3 py-2">
      <details open={step.state === "failed"}>
        <summary className="flex list-none items-center gap-2.5">
          <StateMark mark={stepMark[step.state]} />
          <span className="min-w-0 flex-1">{sentence(step.sentence)}</span>
          <span className="text-xs text-ink2">
            {t(`common.stepStates.${step.state}`)}
            {step.startedMs !== null && step.endedMs !== null && ` · ${duration(step.endedMs - step.startedMs)}`}
          </span>
        </summary>
        <div className="mt-2 grid gap-2">
          <Code text={`${step.node}$ ${step.command}`} />
          {output !== "" && (
            <pre className="max-h-60 overflow-auto rounded-lg border bg-sunk p-2.5 font-mono text-[12px] whitespace-pre-wrap break-all">
              {output}
            </pre>
          )}
        </div>
      </details>
      {step.reason !== null && step.state === "failed" && <p className="mt-1 font-mono text-[12px] break-words text-bad">{step.reason}</p>}
    </li>
  )
}
