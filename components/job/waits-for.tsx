"use client"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { reportsOf } from "@/components/node/refusals"
import { Button } from "@/components/ui/button"
import { Banner } from "@/components/ui/card"
import { Reports } from "@/components/ui/reports"
import { api, client } from "@/lib/client/api"
import type { JobView } from "@/lib/domain/views"
import { useCoded, useTranslations } from "@/lib/i18n/use"

/** What a waiting job waits for, and what the two ways on mean; why a failed one ended, until somebody has seen it. */
export function WaitsFor({ job }: { readonly job: JobView }) {
  const t = useTranslations("jobs")
  const say = useCoded("events")
  const queries = useQueryClient()
  const acting = useMutation({
    mutationFn: (verb: "resume" | "giveUp" | "seen") => client.job[verb]({ id: job.id }),
    onSettled: () => queries.invalidateQueries({ queryKey: api.job.key() }),
  })
  if (job.waitingFor === null || job.state === "succeeded") return null
  const isWaiting = job.state === "waiting"
  return (
    <>
      <Banner mark={isWaiting ? "need" : "bad"}>
        <span className="min-w-0 flex-1 basis-56">
          <b>{isWaiting ? t("waitsFor") : t("ended")}</b>
          <span className="block font-mono text-[12px] break-words">{say(`reasons.${job.waitingFor.code}`, job.waitingFor.params)}</span>
        </span>
        {isWaiting && (
          <Button look="primary" isBusy={acting.isPending} onPress={() => acting.mutate("resume")}>
            {t("resume")}
          </Button>
        )}
        {isWaiting && (
          <Button isBusy={acting.isPending} onPress={() => acting.mutate("giveUp")}>
            {t("giveUp")}
          </Button>
        )}
        {!isWaiting && job.seenBy === null && (
          <Button isBusy={acting.isPending} onPress={() => acting.mutate("seen")}>
            {t("seen")}
          </Button>
        )}
        {job.seenBy !== null && <span className="text-ink2">{t("seenBy", { who: job.seenBy })}</span>}
      </Banner>
      {isWaiting && (
        <p className="text-xs text-ink2">
          {t("resume")}: {t("resumeHint")}. {t("giveUp")}: {t("giveUpHint")}.
        </p>
      )}
      {acting.error && <Reports reports={reportsOf(acting.error)} />}
    </>
  )
}
