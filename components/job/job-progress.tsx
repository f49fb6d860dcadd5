"use client"
import { useQuery } from "@tanstack/react-query"
import { jobMark } from "@/components/cluster/marks"
import { Button, LinkButton } from "@/components/ui/button"
import { DialogFoot } from "@/components/ui/dialog"
import { Tag } from "@/components/ui/state-mark"
import { api } from "@/lib/client/api"
import { useTranslations } from "@/lib/i18n/use"
import { JobSteps } from "./job-steps"
import { SlowStart } from "./slow-start"
import { WaitsFor } from "./waits-for"

type JobProgressProps = { readonly clusterId: string; readonly jobId: string; readonly onClose: () => void }
/** A job as it happens, the jobs that it fell back to included. */
export function JobProgress({ clusterId, jobId, onClose }: JobProgressProps) {
  const t = useTranslations()
  const { data: job } = useQuery(api.job.get.queryOptions({ input: { id: jobId } }))
  if (!job)
    return (
      <p role="status" className="mt-3 text-ink2">
        {t("common.loading")}
      </p>
    )
  return (
    <>
      <p role="status" className="my-3">
        <Tag mark={jobMark[job.state]}>{t(`common.jobStates.${job.state}`)}</Tag>
      </p>
      <div className="grid gap-3">
        <WaitsFor job={job} />
        <SlowStart job={job} />
        <JobSteps job={job} />
      </div>
      {job.followedBy !== null ? (
        <JobProgress clusterId={clusterId} jobId={job.followedBy} onClose={onClose} />
      ) : (
        <DialogFoot>
          <LinkButton href={`/c/${clusterId}/jobs/${job.id}`}>{t("plans.toJob")}</LinkButton>
          <Button look="primary" onPress={onClose}>
            {t("common.close")}
          </Button>
        </DialogFoot>
      )}
    </>
  )
}
