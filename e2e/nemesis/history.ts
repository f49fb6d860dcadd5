import { OutcomeUnknown } from "../../lib/node/session"
import { act } from "../scenarios/act"
import { driven, type Stage, say, setStage } from "../scenarios/stage"
import { ending, tell } from "../scenarios/tell"
import { castOf, nodes, resources, services } from "./cast"
import { type Random, randomFrom } from "./random"

const mark = ({ w }: Stage, node: string) => w.cluster.executed.push(`${node} !`)
const isLive = ({ cluster }: Stage["w"], name: string) => cluster.nodeOf(name).isOn()
/** Whether anybody but the node itself knows that it has power: the panel, another member, or one of its own devices that works. */
function isKnownToLive({ w: { cluster }, story }: Stage, name: string): boolean {
  const node = cluster.nodeOf(name)
  const isSeen = nodes.some((n) => n !== name && cluster.nodeOf(n).isReachable() && isSeenFrom(cluster, n, name))
  const devices = story.fencing.nodes[name]?.flat() ?? []
  return node.isReachable() || isSeen || (story.fencing.runsOn === "panel" && devices.some((d) => !cluster.devices.has(d)))
}
const isSeenFrom = (cluster: Stage["w"]["cluster"], from: string, name: string) =>
  cluster.nodeOf(name).isOn() &&
  cluster.nodeOf(from).isPlugged() &&
  cluster.nodeOf(name).isPlugged() &&
  !cluster.splits.has([from, name].sort().join(" "))
/** A device that lies about a machine that nobody sees cannot be found out: it lies while every machine is off, or seen. */
const mayLie = (stage: Stage) => nodes.every((n) => !isLive(stage.w, n) || stage.w.cluster.nodeOf(n).isReachable())

/** What goes wrong, and what people do about it. Nobody confirms a node whose life nobody could know of: nothing helps against that lie. */
function misfortune(stage: Stage, random: Random): string | undefined {
  const { pick, below } = random
  const { cluster } = stage.w
  const node = pick(nodes)
  const { isOn, isPlugged, held } = cluster.nodeOf(node)
  const service = pick(services)
  const trouble = [...cluster.troubles][below(cluster.troubles.size)]
  const one = held()[below(held().length)]
  return pick<string | undefined>([
    `power ${node} ${isOn() ? "off" : "on"}`,
    isOn() && !isKnownToLive(stage, node) ? undefined : `confirm ${node}`,
    isOn() ? undefined : pick([`insist ${node}`, `confirm ${node}`]),
    isOn() ? undefined : `second ${node}`,
    `${pick(["cut", "uncut"])} ${node}`,
    `${pick(["split", "unsplit"])} ${node} ${pick(nodes)}`,
    `device ${pick(["pdu", "bmc"])} ${pick(["broken", "slow", "mended", "mended"])}`,
    `fence ${node} ${pick(["off", "reboot", "on"])}`,
    mayLie(stage) ? `lie ${node}` : undefined,
    `cable ${node} ${isPlugged() ? "out" : "in"}`,
    `trouble ${node} ${pick(["start", "stop", "slow"])} ${pick(resources)}`,
    trouble && `mend ${trouble}`,
    one && `kill ${one} on ${node}`,
    `${pick(["relocate", "restart", "start", "stop", "disable", "freeze", "unfreeze", "convalesce"])} ${service}`,
    `relocate ${service} to ${node}`,
    `start ${service}`,
    pick([`maintain ${node}`, `return ${node} failback`, `return ${node}`]),
    pick(["lock", "unlock", "unlock"]),
    pick(["resume", "giveup"]),
    pick(["panel restart", "panel killed", "panel killed"]),
  ])
}

/** Two people act at the same moment, and one of them clicks twice. */
async function together(stage: Stage, random: Random) {
  const { w } = stage
  const plan = (action: "relocate" | "restart" | "disable" | "start") =>
    driven(stage, w.admin.plan.make({ clusterId: w.clusterId, service: random.pick(services), action })).catch(() => undefined)
  const one = await plan(random.pick(["relocate", "restart", "start"]))
  const other = await plan(random.pick(["relocate", "disable", "restart"]))
  const apply = async (planId: string | undefined) => (planId === undefined ? undefined : w.admin.plan.apply({ planId, why: "" }))
  const answers = await driven(stage, Promise.allSettled([apply(one?.id), apply(other?.id), apply(one?.id)]))
  say(stage, `two at once: ${one?.subject.kind} ${one?.subject.service}, ${other?.subject.kind} ${other?.subject.service}`)
  const [first, , again] = answers.map((answer) => (answer.status === "fulfilled" ? answer.value?.jobId : undefined))
  if (first !== undefined && again !== undefined && first !== again) throw new Error(`a double click made two jobs: ${first}, ${again}`)
}

export type History = {
  readonly log: readonly string[]
  readonly faults: readonly string[]
  readonly jobs: number
  readonly commands: number
}
const ACTS = 14

/** One random history, the same for the same seed. `faults` is what must never be. */
export async function history(seed: number): Promise<History> {
  const random = randomFrom(seed)
  const weather = { skewMs: 0, lossy: 0 }
  const stage = await setStage(castOf(random), () => weather.skewMs)
  const { w } = stage
  w.cluster.setFaults((node) => {
    if (!random.isLikely(weather.lossy)) return undefined
    const when = random.pick(["before", "late", "during", "after"] as const)
    return { when, error: new OutcomeUnknown(`the answer of ${node} was lost (${when})`) }
  })
  // What a fence device does to a machine is done on its side, as a power cut is.
  const cut: Cut[] = []
  w.cluster.setOnPower((node, isOn) => {
    if (!isOn && isSeenFor(stage, node, RACE_MS)) cut.push({ node, atMs: stage.clock.nowMs() + weather.skewMs })
    w.cluster.power(node, isOn)
    mark(stage, node)
  })
  const faults: string[] = []
  try {
    await unfold(stage, random, weather)
    weather.lossy = 0
    await heal(stage)
    await tell(stage)
    faults.push(...(await verdict(stage)), ...(await wronglyFenced(stage, cut)))
    await ending(stage)
  } catch (error) {
    faults.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  const jobs = await w.db.job.count()
  await driven(stage, w.stop())
  return { log: stage.log, faults, jobs, commands: w.cluster.executed.length }
}
/** The device says off, and does nothing: whoever sees the node knows better. */
async function deceive(stage: Stage, node: string) {
  for (const device of ["pdu", "bmc"]) await act(stage, `device ${device} lies`)
  await act(stage, `fence ${node} off`)
  await stage.clock.advance(15_000)
  for (const device of ["pdu", "bmc"]) await act(stage, `device ${device} mended`)
}
async function strike(stage: Stage, line: string | undefined) {
  if (line === undefined) return
  if (line.startsWith("lie ")) return deceive(stage, line.slice("lie ".length))
  await act(stage, line)
  // What was done on a node's side breaks the row of starts and stops.
  if (line.match(/^(power|kill|trouble|mend|fence)/)) for (const node of nodes) mark(stage, node)
}
async function unfold(stage: Stage, random: Random, weather: { skewMs: number; lossy: number }) {
  await stage.clock.advance(10_000)
  for (let i = 0; i < ACTS; i++) {
    weather.lossy = random.pick([0, 0, 0.02, 0.1])
    if (random.isLikely(0.08)) weather.skewMs += random.pick([18_000, -18_000])
    if (random.isLikely(0.15)) await together(stage, random)
    else await strike(stage, misfortune(stage, random))
    await stage.clock.advance(random.pick([300, 1_000, 4_000, 15_000, 40_000]))
    await tell(stage)
  }
}

const over = ["succeeded", "failed", "cancelled"]
/** Everything is mended, and what a person would do at last: waiting jobs are taken up again, and given up when that does not help. */
async function heal(stage: Stage) {
  const { w, clock } = stage
  w.cluster.troubles.clear()
  w.cluster.devices.clear()
  w.cluster.splits.clear()
  for (const node of nodes) {
    w.cluster.cable(node, true)
    w.cluster.nodeOf(node).cutFromPanel(false)
    w.cluster.power(node, true)
    mark(stage, node)
  }
  await clock.advance(150_000)
  for (const verb of ["resume", "resume", "resume", "giveup", "giveup", "giveup"]) {
    if ((await w.db.job.count({ where: { state: { notIn: over } } })) === 0) break
    await act(stage, verb)
    await clock.advance(90_000)
  }
}

/** Whether the panel reaches it, or a member that the panel reaches does, and nothing has changed about that for so long. */
function isSeenFor({ w: { cluster }, clock }: Stage, name: string, ms: number): boolean {
  if (cluster.nodes().some(({ changedMs }) => clock.nowMs() - changedMs() <= ms)) return false
  const byPeer = nodes.some((n) => n !== name && cluster.nodeOf(n).isReachable() && isSeenFrom(cluster, n, name))
  return cluster.nodeOf(name).isReachable() || (cluster.splits.size === 0 && byPeer)
}
/** Switched off by a device while it was seen, and had been for longer than a fencing takes. */
type Cut = { readonly node: string; readonly atMs: number }
const RACE_MS = 25_000
/** Only a person may do that. */
async function wronglyFenced({ w }: Stage, cut: readonly Cut[]): Promise<readonly string[]> {
  const rows = await w.db.fencing.findMany({ where: { userName: "keeper" } })
  return cut.flatMap(({ node, atMs }) =>
    rows.some((row) => row.node === node && row.at.getTime() <= atMs && (row.endedAt?.getTime() ?? atMs) >= atMs)
      ? [`the keeper fenced ${node}, which was seen`]
      : [],
  )
}

const resting = ["succeeded", "failed", "cancelled", "waiting"]
async function verdict({ w }: Stage): Promise<readonly string[]> {
  const { db, cluster, errors } = w
  const open = await db.job.findMany({ where: { state: { notIn: resting } } })
  const pending = await db.audit.findMany({ where: { outcome: "pending", jobId: { not: null } } })
  return [
    ...cluster.violations,
    ...errors.map(String),
    ...open.map(({ id, state }) => `job ${id} is still ${state}`),
    ...pending.filter(({ jobId }) => !open.some(({ id }) => id === jobId)).map(({ verb }) => `the audit of ${verb} was never completed`),
    ...doubled(cluster.executed),
    ...(await liesOf(w)),
  ]
}
/** What the panel says of a service, against what the nodes really hold. */
async function liesOf({ admin, clusterId, cluster }: Stage["w"]): Promise<readonly string[]> {
  const names = (await admin.service.list({ clusterId })).map(({ name }) => name)
  const views = await Promise.all(names.map((name) => admin.service.get({ clusterId, name })))
  return views.flatMap(({ name, status: { state, owner, isFrozen }, resources: own }) => {
    const holders = cluster.nodes().flatMap((node) => (own.some((r) => node.held().includes(r.name)) ? [node.name] : []))
    const isOff = state === "stopped" || state === "disabled"
    const isTrue = state === "started" ? holders.join() === owner : !isOff || holders.length === 0
    return isTrue || isFrozen ? [] : [`${name} is said to be ${state} on ${owner}, and is held by ${holders.join(", ") || "nobody"}`]
  })
}
/** A resource that was started is not started again on its node before it was stopped there, unless something befell it. */
function doubled(executed: readonly string[]): readonly string[] {
  const last = new Map<string, string>()
  return executed.flatMap((line) => {
    const [node = "", ...argv] = line.split(" ")
    if (argv[0] === "!") {
      for (const key of last.keys()) if (key.startsWith(`${node} `)) last.delete(key)
      return []
    }
    const instance = argv.find((word) => word.startsWith("OCF_RESOURCE_INSTANCE="))
    const action = argv.at(-1) ?? ""
    const key = `${node} ${instance}`
    const isTwice = action === "start" && last.get(key) === "start"
    last.set(key, action)
    return isTwice ? [`${instance} was started twice on ${node}`] : []
  })
}
