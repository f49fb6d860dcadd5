"use client"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useRouter } from "next/navigation"
import { useEffect, useState } from "react"
import { EventList } from "@/components/cluster/event-list"
import { serviceMark } from "@/components/cluster/marks"
import { reportsOf } from "@/components/node/refusals"
import { PlanDialog } from "@/components/plan/plan-dialog"
import { Age, useDuration } from "@/components/ui/age"
import { Button, LinkButton } from "@/components/ui/button"
import { Banner, Card, PageHead } from "@/components/ui/card"
import { Dialog, DialogFoot } from "@/components/ui/dialog"
import { Reports, useReport } from "@/components/ui/reports"
import { Tag } from "@/components/ui/state-mark"
import { api, client } from "@/lib/client/api"
import { AGES_EVERY_MS, setServerNow } from "@/lib/client/clock"
import { type ServiceAction, type ServiceView, serviceActions } from "@/lib/domain/views"
import { useCoded, useTranslations } from "@/lib/i18n/use"
import { Monitors } from "./monitors"
import { PlacementTable } from "./placement-table"
import { RehearsalCard } from "./rehearsal-card"
import { RulesCard } from "./rules-card"
import { BootBanners } from "./service-form"

export function ServicePage({ clusterId, initial }: { readonly clusterId: string; readonly initial: ServiceView }) {
  const t = useTranslations()
  const because = useCoded("events")
  const duration = useDuration()
  const { data: view } = useQuery({
    ...api.service.get.queryOptions({ input: { clusterId, name: initial.name } }),
    ...{ initialData: initial, refetchInterval: AGES_EVERY_MS },
  })
  const [asked, setAsked] = useState<ServiceAction | "remove">()
  useEffect(() => setServerNow(view.nowMs), [view.nowMs])
  const { status, name } = view
  return (
    <>
      <PageHead
        title={
          <>
            {name} <Tag mark={serviceMark[status.state]}>{t(`common.states.${status.state}`)}</Tag>
            {status.isFrozen && <Tag mark="move">{t("services.frozen")}</Tag>}
            {status.off.length > 0 && <Tag mark="need">{t("services.partial", { resources: status.off.join(", ") })}</Tag>}
          </>
        }
        sub={
          <>
            {status.owner && t("services.owner", { node: status.owner })} <Age atMs={status.sinceMs} nowMs={view.nowMs} />
          </>
        }
      >
        <Actions view={view} onAsk={setAsked} />
        <LinkButton href={`/c/${clusterId}/services/${name}/edit`}>{t("common.edit")}</LinkButton>
        <Button onPress={() => setAsked("remove")}>{t("services.remove")}</Button>
      </PageHead>
      <div className="grid gap-3.5">
        {status.reason && (
          <Banner mark={serviceMark[status.state]}>
            <span className="min-w-0 break-words">{because(`reasons.${status.reason.code}`, status.reason.params)}</span>
          </Banner>
        )}
        <BootBanners clusterId={clusterId} name={name} found={view.bootEnabled} />
        <Monitors view={view} />
        <PlacementTable view={view} />
        <RehearsalCard clusterId={clusterId} view={view} />
        <RulesCard view={view} />
        {view.pauses.length > 0 && (
          <p className="text-ink2">{t("services.pauses", { list: view.pauses.map((ms) => duration(ms)).join(", ") })}</p>
        )}
        <h2>{t("services.events")}</h2>
        <Card>
          <EventList clusterId={clusterId} events={view.events} />
        </Card>
      </div>
      {asked === "remove" && <RemoveService clusterId={clusterId} name={name} onClose={() => setAsked(undefined)} />}
      {asked !== undefined && asked !== "remove" && (
        <PlanDialog clusterId={clusterId} service={name} action={asked} onClose={() => setAsked(undefined)} />
      )}
    </>
  )
}
/** What may be asked of it now; where not, the button says why. */
function Actions({ view, onAsk }: { readonly view: ServiceView; readonly onAsk: (action: ServiceAction) => void }) {
  const t = useTranslations("common.actions")
  const words = useReport()
  // What is for another state altogether is not offered: only one of the two that undo each other, and parts only where one is off.
  const isOffered = (action: ServiceAction) =>
    action === "freeze"
      ? !view.status.isFrozen
      : action === "unfreeze"
        ? view.status.isFrozen
        : action !== "convalesce" || view.status.off.length > 0
  return serviceActions.filter(isOffered).map((action) => {
    const verdict = view.actions[action]
    return (
      <Button
        key={action}
        why={verdict.allowed ? undefined : words(verdict.why)}
        look={action === "relocate" && verdict.allowed ? "primary" : "default"}
        onPress={() => onAsk(action)}
      >
        {t(action)}
      </Button>
    )
  })
}
type RemoveProps = { readonly clusterId: string; readonly name: string; readonly onClose: () => void }
function RemoveService({ clusterId, name, onClose }: RemoveProps) {
  const t = useTranslations()
  const router = useRouter()
  const removing = useMutation({
    mutationFn: () => client.service.remove({ clusterId, name }),
    onSuccess: () => router.push(`/c/${clusterId}/services`),
  })
  return (
    <Dialog title={`${t("services.remove")}: ${name}`} sub={t("services.removeText")} onClose={onClose}>
      {removing.error && (
        <div className="mt-3">
          <Reports reports={reportsOf(removing.error)} />
        </div>
      )}
      <DialogFoot>
        <Button look="quiet" onPress={onClose}>
          {t("common.cancel")}
        </Button>
        <Button look="danger" isBusy={removing.isPending} onPress={() => removing.mutate()}>
          {t("services.remove")}
        </Button>
      </DialogFoot>
    </Dialog>
  )
}
