"use client"
import { useQuery } from "@tanstack/react-query"
import Link from "next/link"
import { useState } from "react"
import { jobMark } from "@/components/cluster/marks"
import { useSentence } from "@/components/plan/plan-body"
import { PlanDialog } from "@/components/plan/plan-dialog"
import { aboutOf } from "@/components/plan/titles"
import { dayTime, useDuration } from "@/components/ui/age"
import { Button } from "@/components/ui/button"
import { PageHead } from "@/components/ui/card"
import { Tag } from "@/components/ui/state-mark"
import { api } from "@/lib/client/api"
import type { JobView } from "@/lib/domain/views"
import { useCoded, useTranslations } from "@/lib/i18n/use"
import { JobSteps } from "./job-steps"
import { SlowStart } from "./slow-start"
import { WaitsFor } from "./waits-for"

export function JobPage({ clusterId, initial }: { readonly clusterId: string; readonly initial: JobView }) {
  const t = useTranslations()
  const titles = useCoded("plans")
  const sentence = useSentence()
  const { data: job } = useQuery({ ...api.job.get.queryOptions({ input: { id: initial.id } }), initialData: initial })
  const { from, to, kind, service } = job.subject
  const [isUndoing, setUndoing] = useState(false)
  return (
    <>
      <PageHead
        title={
          <>
            {titles(`titles.${kind}`, aboutOf(job.subject))}{" "}
            {from && to && from !== to && (
              <span className="font-normal text-ink2">
                {from} → {to}
              </span>
            )}
            <Tag mark={jobMark[job.state]}>{t(`common.jobStates.${job.state}`)}</Tag>
          </>
        }
        sub={<JobFacts job={job} />}
      >
        {isUndoable(job) && from !== undefined && <Button onPress={() => setUndoing(true)}>{t("plans.undo", { node: from })}</Button>}
      </PageHead>
      <div className="grid gap-3">
        <WaitsFor job={job} />
        <SlowStart job={job} />
        <JobSteps job={job} />
        {job.fallbacks.length > 0 && job.state !== "succeeded" && (
          <p className="text-ink2">
            {t("jobs.fallbacks")}: {job.fallbacks.map((f) => sentence(f.sentence)).join(" · ")}
          </p>
        )}
        <p className="flex gap-4">
          {job.follows !== null && <Link href={`/c/${clusterId}/jobs/${job.follows}`}>← {t("jobs.follows")}</Link>}
          {isUndoing && service !== undefined && from !== undefined && (
            <PlanDialog {...{ clusterId, service, action: "relocate", target: from }} onClose={() => setUndoing(false)} />
          )}
          {job.followedBy !== null && <Link href={`/c/${clusterId}/jobs/${job.followedBy}`}>{t("jobs.followedBy")} →</Link>}
        </p>
      </div>
    </>
  )
}
/** The way back of a relocation is a plan of its own, made of how things stand now. */
const isUndoable = ({ state, subject: { kind, from, to } }: JobView): boolean =>
  state === "succeeded" && kind === "relocate" && from !== undefined && from !== to
function JobFacts({ job }: { readonly job: JobView }) {
  const t = useTranslations("jobs")
  const duration = useDuration()
  const { who, through, why } = job.reason
  return (
    <span suppressHydrationWarning>
      {[
        t("askedBy", { who, through }),
        why === "" ? undefined : t("because", { why }),
        dayTime(job.createdMs),
        job.startedMs !== null && job.endedMs !== null ? t("took", { time: duration(job.endedMs - job.startedMs) }) : undefined,
        job.pauseMs === null ? undefined : t("pause", { time: duration(job.pauseMs) }),
      ]
        .filter(Boolean)
        .join(" · ")}
    </span>
  )
}
