import { TimelinePage } from "@/components/timeline/timeline-page"
import { WINDOW_MAX_MS } from "@/lib/domain/timeline"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

const HOUR_MS = 3_600_000
type Asked = Readonly<Record<string, string | readonly string[] | undefined>>
/** A moment of the address, ms; undefined for what is none. */
const timeOf = (value: Asked[string]): number | undefined =>
  typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : undefined

export default async function Page({
  params,
  searchParams,
}: {
  readonly params: Promise<{ readonly cluster: string }>
  readonly searchParams: Promise<Asked>
}) {
  const { cluster: clusterId } = await params
  const { from, until, at } = await searchParams
  const fromMs = timeOf(from)
  const untilMs = timeOf(until)
  const isNamed = fromMs !== undefined && untilMs !== undefined && fromMs < untilMs && untilMs - fromMs <= WINDOW_MAX_MS
  const nowMs = Date.now()
  const window = isNamed ? { fromMs, untilMs } : { fromMs: nowMs - HOUR_MS, untilMs: nowMs }
  const initial = await forPage(async () => (await serverCaller()).timeline.get({ clusterId, ...window }))
  return <TimelinePage clusterId={clusterId} initial={initial} isFollowing={!isNamed} atMs={timeOf(at) ?? null} />
}
