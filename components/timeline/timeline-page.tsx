"use client"
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { useEffect, useMemo, useState, useSyncExternalStore } from "react"
import { dayTime } from "@/components/ui/age"
import { Button } from "@/components/ui/button"
import { Banner, Card, Empty, PageHead } from "@/components/ui/card"
import { Checkbox } from "@/components/ui/field"
import { api } from "@/lib/client/api"
import { buildTimeline, EVENTS_MAX, type Span, type TimelineView } from "@/lib/domain/timeline"
import { toMarkdown } from "@/lib/domain/timeline-report"
import { useTranslations } from "@/lib/i18n/use"
import { Band } from "./band"
import { FactList, MomentPanel } from "./moment"
import { fieldTime, spans } from "./scale"
import { WindowForm } from "./window-form"
import { useReportWords } from "./words"

const LANES_MANY = 24
const LISTED = 200
type Chosen = Span & { readonly following: keyof typeof spans | null }
type TimelinePageProps = {
  readonly clusterId: string
  readonly initial: TimelineView
  readonly isFollowing: boolean
  readonly atMs: number | null
}
/** Times are the reader's own, which the server does not know: nothing with a time in it is drawn there. */
const never = () => () => undefined
export function TimelinePage(props: TimelinePageProps) {
  const t = useTranslations("timeline")
  const isInBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
  return isInBrowser ? <Shown {...props} /> : <PageHead title={t("title")} sub={t("sub")} />
}

/** The window of choice; one that follows ends now, and is taken anew with every event. */
function useWindow({ clusterId, initial, isFollowing }: TimelinePageProps) {
  const [lagMs] = useState(() => initial.nowMs - Date.now())
  const [chosen, setChosen] = useState<Chosen>({ ...initial.window, following: isFollowing ? "hour" : null })
  const newest = useQuery(api.event.list.queryOptions({ input: { clusterId } })).data?.[0]?.atMs
  const follow = (following: keyof typeof spans, lastMs = 0) => {
    const untilMs = Math.max(Date.now() + lagMs, lastMs + 1)
    setChosen({ fromMs: untilMs - spans[following], untilMs, following })
  }
  const { following, untilMs } = chosen
  useEffect(() => {
    if (following !== null && newest !== undefined && newest >= untilMs) follow(following, newest)
  })
  return { chosen, follow, show: (span: Span) => setChosen({ ...span, following: null }) }
}
/** The address of the page names the moment, so that it can be handed on. */
function useAddress({ fromMs, untilMs, following }: Chosen, atMs: number | null) {
  useEffect(() => {
    const named =
      following !== null && atMs === null ? [] : [`from=${fromMs}`, `until=${untilMs}`, ...(atMs === null ? [] : [`at=${atMs}`])]
    window.history.replaceState(null, "", `${window.location.pathname}${named.length === 0 ? "" : `?${named.join("&")}`}`)
  }, [fromMs, untilMs, following, atMs])
}
function download(name: string, text: string) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/markdown;charset=utf-8" }))
  const link = Object.assign(document.createElement("a"), { href: url, download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url))
}

function Shown(props: TimelinePageProps) {
  const { clusterId, initial } = props
  const t = useTranslations("timeline")
  const reportWords = useReportWords()
  const { chosen, follow, show } = useWindow(props)
  const [moment, setMoment] = useState(props.atMs)
  const { fromMs, untilMs } = chosen
  const isFirst = fromMs === initial.window.fromMs && untilMs === initial.window.untilMs
  const query = useQuery({
    ...api.timeline.get.queryOptions({ input: { clusterId, fromMs, untilMs } }),
    ...(isFirst ? { initialData: initial } : {}),
    placeholderData: keepPreviousData,
  })
  const view = query.data ?? initial
  const timeline = useMemo(() => buildTimeline(view), [view])
  const lanes = [...timeline.services, ...timeline.addresses, ...timeline.nodes]
  const [wantsChanged, setWantsChanged] = useState<boolean>()
  const onlyChanged = wantsChanged ?? lanes.length > LANES_MANY
  const still = lanes.filter(({ segments }) => segments.length < 2).length
  // The present belongs to what comes: the last moment of which anything is known lies just before it.
  const lastMs = Math.max(view.window.fromMs, Math.min(view.window.untilMs, view.nowMs) - 1)
  const atMs = moment === null ? lastMs : Math.min(Math.max(moment, view.window.fromMs), view.window.untilMs - 1)
  useAddress(chosen, moment)
  const cut = view.cutBeforeMs === null ? null : t("cut", { n: EVENTS_MAX, time: dayTime(view.cutBeforeMs) })
  const save = () => {
    const about = { ...view.window, cluster: view.cluster.name, nowMs: view.nowMs, cut }
    const name = `${view.cluster.name}-${fieldTime(view.window.fromMs)}`.replaceAll(/[^\w.-]/g, "")
    download(`${name}.md`, toMarkdown(timeline, reportWords(about)))
  }
  const choose = (act: () => void) => {
    setMoment(null)
    act()
  }
  return (
    <>
      <PageHead title={t("title")} sub={t("sub")}>
        <Button onPress={save}>{t("export")}</Button>
      </PageHead>
      <WindowForm
        {...{ window: chosen, following: chosen.following }}
        onFollow={(span) => choose(() => follow(span))}
        onWindow={(span) => choose(() => show(span))}
      />
      {cut !== null && <Banner mark="need">{cut}</Banner>}
      {query.isError && (
        <Banner mark="bad" isAlert>
          {t("failed")}
        </Banner>
      )}
      {lanes.length === 0 ? (
        <Card>
          <Empty>{t("noLanes")}</Empty>
        </Card>
      ) : (
        <>
          <Checkbox
            checked={onlyChanged}
            onChange={({ target }) => setWantsChanged(target.checked)}
            {...(onlyChanged && still > 0 ? { hint: t("unchanged", { n: still }) } : {})}
          >
            {t("onlyChanged")}
          </Checkbox>
          <div aria-busy={query.isFetching}>
            <Band {...{ timeline, atMs, onlyChanged, onMoment: setMoment }} />
          </div>
          <MomentPanel {...{ clusterId, timeline, atMs, onMoment: setMoment }} />
        </>
      )}
      <details className="mt-4">
        <summary className="py-1 font-medium">{t("all", { n: timeline.events.length })}</summary>
        {timeline.events.length > LISTED && <p className="text-ink2">{t("allMore", { n: LISTED })}</p>}
        <Card>
          <FactList clusterId={clusterId} events={timeline.events.slice(-LISTED)} />
        </Card>
      </details>
    </>
  )
}
