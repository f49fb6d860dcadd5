import type { ServiceCommand } from "../../lib/domain/legality"
import type { OverviewView } from "../../lib/domain/views"
import type { Io } from "../io"
import type { Place } from "../panel"
import { refusalOf } from "../refusal"
import type { Ending } from "../twins/clustat"
import { announced, type ClusvcadmRequest, ended, outcomeOf, parseClusvcadm, targetOf } from "../twins/clusvcadm"
import { followOf, type Holder } from "../twins/clusvcadm-legality"
import { exitOf, type Result, textOf } from "../twins/codes"
import { panelName, twinView } from "../twins/view"
import { follow } from "./wait"

const POLL_MS = 500
/** How long it is serialised behind what is under way, ms. */
const PATIENCE_MS = 10 * 60_000
const WHY = "clusvcadm"

type About = { readonly io: Io; readonly place: Place }
const overview = ({ place: { panel, clusterId } }: About): Promise<OverviewView> => panel.overview.get({ clusterId })
const rowOf = (view: OverviewView, name: string | undefined) => view.services.find((s) => s.name === name)

async function carriedOut({ io, place: { panel } }: About, planId: string) {
  const { jobId } = await panel.plan.apply({ planId, why: WHY })
  const { state } = (await follow(panel, io, jobId, () => undefined)).last
  return state === "queued" || state === "running" ? "failed" : state // follow ends with neither
}
/** What a job left is written a moment after its end, when the nodes were asked anew: until then the state is the job's own. */
const ofJobs: readonly string[] = ["starting", "stopping", "recovering"]
const SETTLE_MS = 30_000
async function leftBy(about: About, name: string) {
  const untilMs = about.io.nowMs() + SETTLE_MS
  for (;;) {
    const status = rowOf(await overview(about), name)?.status
    if (status === undefined || !ofJobs.includes(status.state) || about.io.nowMs() > untilMs) return status
    await about.io.sleep(POLL_MS)
  }
}
/** A started service is there already, or its target is away; else the state has the word. */
function migrated(view: OverviewView, row: OverviewView["services"][number], target: string | undefined): Result | "wait" | "anywhere" {
  const { state, owner, isFrozen } = row.status
  const isUp = view.nodes.some((n) => n.name === target && n.state === "online")
  if (state === "started" && target === owner) return "SUCCESS"
  if (state === "started" && !isUp) return "ENODE"
  return isFrozen ? "EFROZEN" : followOf("migrate", state, [{ code: "cannotMigrate", params: {} }])
}
/** What holds the service now. */
async function holderOf({ place: { panel } }: About, jobId: string | null): Promise<Holder | undefined> {
  if (jobId === null) return undefined
  const { subject, state } = await panel.job.get({ id: jobId })
  return { kind: subject.kind, isWaiting: state === "waiting" }
}
/** A failed service takes a disable, as ever: the job that waits with it is given up for that. */
async function freed(about: About, command: ServiceCommand, { status, jobId }: OverviewView["services"][number]): Promise<void> {
  if (command !== "disable" || status.state !== "failed" || jobId === null) return
  if ((await holderOf(about, jobId))?.isWaiting) await about.place.panel.job.giveUp({ id: jobId })
}
async function attempt(
  about: About,
  command: ServiceCommand,
  name: string,
  target: string | undefined,
): Promise<Result | "wait" | "anywhere"> {
  const view = await overview(about)
  const row = rowOf(view, name)
  if (!row) return "ENOSERVICE"
  const { owner } = row.status
  if (command === "migrate") return migrated(view, row, target)
  const { panel, clusterId } = about.place
  try {
    await freed(about, command, row)
    const plan = await panel.plan.make({ clusterId, service: name, action: command, ...(target === undefined ? {} : { target }) })
    const job = await carriedOut(about, plan.id)
    const after = await leftBy(about, name)
    return outcomeOf(command, job, { owner }, { state: after?.state ?? "uninitialized", owner: after?.owner })
  } catch (error) {
    const refusal = refusalOf(error)
    if (!refusal) throw error
    const now = rowOf(await overview(about), name) ?? row
    return followOf(command, now.status.state, refusal.reports, await holderOf(about, now.jobId))
  }
}
/** Waits behind what is under way; goes anywhere when the preferred member cannot. */
async function resultOf(about: About, command: ServiceCommand, name: string, target: string | undefined): Promise<Result> {
  const untilMs = about.io.nowMs() + PATIENCE_MS
  let to = target
  for (;;) {
    const said = await attempt(about, command, name, to)
    if (said === "anywhere" && to !== undefined) to = undefined
    else if (said === "anywhere") return "EFAIL"
    else if (said !== "wait") return said
    else if (about.io.nowMs() > untilMs) return "EAGAIN"
    else await about.io.sleep(POLL_MS)
  }
}
async function locking(about: About, command: "lock" | "unlock"): Promise<Ending> {
  const { panel, clusterId } = about.place
  const done = { out: `Resource groups ${command}ed\n`, exit: 0 }
  try {
    return (await carriedOut(about, (await panel.plan.lock({ clusterId, action: command })).id)) === "succeeded"
      ? done
      : { out: `${textOf("EFAIL")}\n`, exit: exitOf("EFAIL") }
  } catch (error) {
    const [first] = refusalOf(error)?.reports ?? []
    // So it is already.
    if (first?.code === (command === "lock" ? "clusterLocked" : "clusterNotLocked")) return done
    if (first === undefined) throw error
    const result = followOf("freeze", "started", [first])
    const known = result === "wait" || result === "anywhere" ? "EAGAIN" : result
    return { out: `${textOf(known)}\n`, exit: exitOf(known) }
  }
}
async function onService(about: About, r: ClusvcadmRequest & { command: ServiceCommand }, say: (text: string) => void): Promise<Ending> {
  const view = twinView(await overview(about), about.io.hostName)
  const target = r.target === undefined ? undefined : targetOf(view, r.target)
  if (target) say(target.said)
  if (target && target.node === undefined) return { out: "", exit: 1 }
  const local = r.command === "start" && !r.isByDomain ? view.nodes.find(({ isLocal }) => isLocal)?.name : undefined
  say(announced(r, target?.node))
  const name = panelName(r.service)
  const result = name === undefined ? "ENOSERVICE" : await resultOf(about, r.command, name, target?.node ?? local)
  const owner = name === undefined ? undefined : rowOf(await overview(about), name)?.status.owner
  return ended(r, result, { asked: target?.node, owner })
}
/** clusvcadm on the panel's services: its texts, and its exit status. The old command waits for the end, and so does this. */
export async function clusvcadm(io: Io, place: () => Promise<Place>, args: readonly string[]): Promise<Ending> {
  const r = parseClusvcadm(args)
  if ("exit" in r) return r
  const about = { io, place: await place() }
  const say = (text: string) => (r.isQuiet ? undefined : io.out(text))
  const { command } = r
  const ending = await (async () => {
    if (command === "lockState") return { out: `Resource groups ${(await overview(about)).isLocked ? "locked" : "unlocked"}\n`, exit: 0 }
    return command === "lock" || command === "unlock" ? locking(about, command) : onService(about, { ...r, command }, say)
  })()
  return r.isQuiet ? { out: "", exit: ending.exit } : ending
}
