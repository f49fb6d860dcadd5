"use client"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import Link from "next/link"
import { useState } from "react"
import { EventList } from "@/components/cluster/event-list"
import { jobMark } from "@/components/cluster/marks"
import { aboutOf } from "@/components/plan/titles"
import { dayTime, useDuration } from "@/components/ui/age"
import { Button } from "@/components/ui/button"
import { Card, Empty, PageHead } from "@/components/ui/card"
import { Tag } from "@/components/ui/state-mark"
import { api, client } from "@/lib/client/api"
import type { EventView, JobSummary } from "@/lib/domain/views"
import { useCoded, useTranslations } from "@/lib/i18n/use"

const needsEyes = (job: JobSummary): boolean => job.state === "waiting" || (job.state === "failed" && job.seenBy === null)
type ActivityProps = { readonly clusterId: string; readonly jobs: readonly JobSummary[]; readonly events: readonly EventView[] }
/** What ran and what happened. Failures stay on top until somebody has seen them. */
export function Activity({ clusterId, jobs: firstJobs, events: firstEvents }: ActivityProps) {
  const t = useTranslations("jobs")
  const { data: jobs } = useQuery({ ...api.job.list.queryOptions({ input: { clusterId } }), initialData: firstJobs })
  const { data: events } = useQuery({ ...api.event.list.queryOptions({ input: { clusterId } }), initialData: firstEvents })
  const [older, setOlder] = useState<readonly EventView[]>([])
  const more = useMutation({
    mutationFn: (beforeId: number) => client.event.list({ clusterId, beforeId }),
    onSuccess: (page) => setOlder((old) => [...old, ...page]),
  })
  const shown = [...events, ...older.filter((o) => !events.some((e) => e.id === o.id))]
  const last = shown.at(-1)
  const unseen = jobs.filter(needsEyes)
  return (
    <>
      <PageHead title={t("title")} />
      {unseen.length > 0 && (
        <section aria-label={t("failures")} className="mb-4">
          <h2 className="mb-1.5">{t("failures")}</h2>
          <JobTable clusterId={clusterId} jobs={unseen} />
        </section>
      )}
      <h2 className="mb-1.5">{t("jobsTitle")}</h2>
      {jobs.length === 0 ? (
        <Card>
          <Empty>{t("noJobs")}</Empty>
        </Card>
      ) : (
        <JobTable clusterId={clusterId} jobs={jobs.filter((j) => !needsEyes(j))} />
      )}
      <h2 className="mt-4 mb-1.5">{t("eventsTitle")}</h2>
      <Card>
        <EventList clusterId={clusterId} events={shown} />
      </Card>
      {last && (
        <p className="mt-2">
          <Button isBusy={more.isPending} onPress={() => more.mutate(last.id)}>
            {t("older")}
          </Button>
        </p>
      )}
    </>
  )
}
function JobTable({ clusterId, jobs }: { readonly clusterId: string; readonly jobs: readonly JobSummary[] }) {
  const t = useTranslations()
  const titles = useCoded("plans")
  const duration = useDuration()
  const queries = useQueryClient()
  const seeing = useMutation({
    mutationFn: (id: string) => client.job.seen({ id }),
    onSettled: () => queries.invalidateQueries({ queryKey: api.job.key() }),
  })
  return (
    <Card>
      <ul className="divide-y">
        {jobs.map((job) => (
          <li key={job.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3.5 py-2">
            <time className="font-mono text-[11.5px] text-ink3" dateTime={new Date(job.createdMs).toISOString()} suppressHydrationWarning>
              {dayTime(job.createdMs)}
            </time>
            <Link href={`/c/${clusterId}/jobs/${job.id}`} className="min-w-0 flex-1 font-medium no-underline hover:underline">
              {titles(`titles.${job.subject.kind}`, aboutOf(job.subject))}{" "}
              {job.subject.from && job.subject.to && job.subject.from !== job.subject.to && `${job.subject.from} → ${job.subject.to}`}
            </Link>
            <span className="text-ink2">{job.reason.who}</span>
            {job.pauseMs !== null && <span className="text-xs text-ink3">{t("jobs.pause", { time: duration(job.pauseMs) })}</span>}
            <Tag mark={jobMark[job.state]}>{t(`common.jobStates.${job.state}`)}</Tag>
            {job.state === "failed" && job.seenBy === null && <Button onPress={() => seeing.mutate(job.id)}>{t("jobs.seen")}</Button>}
          </li>
        ))}
      </ul>
    </Card>
  )
}
