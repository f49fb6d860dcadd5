"use client"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { reportsOf } from "@/components/node/refusals"
import { Button } from "@/components/ui/button"
import { Banner } from "@/components/ui/card"
import { Reports } from "@/components/ui/reports"
import { api, client } from "@/lib/client/api"
import type { JobView } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"

/** While a slow start runs: the two ways to end it. */
export function SlowStart({ job }: { readonly job: JobView }) {
  const t = useTranslations("jobs")
  const queries = useQueryClient()
  const ending = useMutation({
    mutationFn: (how: "goOn" | "stop") => client.job.endDelays({ id: job.id, how }),
    onSettled: () => queries.invalidateQueries({ queryKey: api.job.key() }),
  })
  const isLeft = job.steps.some(({ sentence, state }) => sentence.code === "slowStartDelay" && (state === "pending" || state === "running"))
  if (job.state !== "running" || !isLeft) return null
  return (
    <>
      <Banner mark="move">
        <span className="min-w-0 flex-1 basis-56">
          <b>{t("slowStart")}</b>
          <span className="block text-xs text-ink2">{t("slowHint")}</span>
        </span>
        <Button isBusy={ending.isPending} onPress={() => ending.mutate("goOn")}>
          {t("slowGoOn")}
        </Button>
        <Button isBusy={ending.isPending} onPress={() => ending.mutate("stop")}>
          {t("slowStop")}
        </Button>
      </Banner>
      {ending.error && <Reports reports={reportsOf(ending.error)} />}
    </>
  )
}
