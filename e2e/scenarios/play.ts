import { ORPCError } from "@orpc/server"
import { startWorld, type World } from "../../lib/server/world.fixture"
import { type VirtualClock, virtualClock } from "../../lib/sim/clock"
import { domainInput, type Story, serviceInput } from "./story"

const START_MS = Date.UTC(2026, 0, 1)
const STEP_MS = 100
const PATIENCE_MS = 120_000

type Stage = { readonly w: World; readonly clock: VirtualClock; readonly log: string[]; readonly story: Story; zeroMs: number }
const passedMs = ({ clock, zeroMs }: Stage): number => clock.nowMs() - zeroMs
const at = (stage: Stage): string => {
  const seconds = passedMs(stage) / 1_000
  return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${(seconds % 60).toFixed(1).padStart(4, "0")}`
}
const say = (stage: Stage, text: string) => stage.log.push(`${at(stage)} ${text}`)

/** A person's request takes time on the nodes: time passes until it is answered. */
async function driven<T>({ clock }: Pick<Stage, "clock">, ask: Promise<T>): Promise<T> {
  let isOver = false
  const done = ask.finally(() => {
    isOver = true
  })
  done.catch(() => undefined)
  for (let waitedMs = 0; !isOver && waitedMs < PATIENCE_MS; waitedMs += STEP_MS) await clock.advance(STEP_MS)
  return done
}
const refusal = (error: unknown): string => {
  if (!(error instanceof ORPCError)) throw error
  const reports = Object(error.data).reports as readonly { code: string; params: Record<string, string> }[] | undefined // every refusal has them
  return (reports ?? []).map(({ code, params }) => `${code} ${JSON.stringify(params)}`).join(", ") || String(error.message)
}

type PlanView = Awaited<ReturnType<World["admin"]["plan"]["make"]>>
/** What the plan says, then that it is applied. */
async function planned(stage: Stage, what: string, ask: () => Promise<PlanView>) {
  try {
    const plan = await driven(stage, ask())
    const changes = plan.changes.map((c) =>
      [c.kind, c.service, [c.from, c.to].filter(Boolean).join("→"), c.resources?.join(",")].filter(Boolean).join(" "),
    )
    const notes = plan.notes.map(({ code }) => code)
    const choice = plan.choice && plan.choice.code !== "asked" ? `because ${plan.choice.code}` : undefined
    say(stage, `plan ${what}: ${[changes.join("; ") || "nothing on a node", choice, ...notes].filter(Boolean).join(" | ")}`)
    await driven(stage, stage.w.admin.plan.apply({ planId: plan.id, why: "" }))
  } catch (error) {
    say(stage, `refused ${what}: ${refusal(error)}`)
  }
}

const on = (word: string | undefined, words: readonly [string, string]): boolean => {
  if (word === words[0] || word === words[1]) return word === words[0]
  throw new Error(`${words.join(" or ")}, not ${word}`)
}
const serviceActions = ["start", "stop", "disable", "restart", "relocate", "freeze", "unfreeze", "convalesce"] as const

/** One line of the script. */
async function act(stage: Stage, line: string): Promise<void> {
  const { w, clock } = stage
  const { admin, cluster, clusterId } = w
  const [verb = "", ...words] = line.split(" ")
  const [first = "", second, third] = words
  const action = serviceActions.find((a) => a === verb)
  if (action) {
    const target = second === "to" ? third : undefined
    return planned(stage, line, () => admin.plan.make({ clusterId, service: first, action, ...(target ? { target } : {}) }))
  }
  switch (verb) {
    case "power":
      say(stage, line)
      return cluster.power(first, on(second, ["on", "off"]))
    case "cable":
      say(stage, line)
      return cluster.cable(first, on(second, ["in", "out"]))
    case "kill":
      say(stage, line)
      if (!cluster.nodeOf(third ?? "").disturb("stopUnit", first)) throw new Error(`nothing to kill: ${line}`)
      return
    case "trouble":
    case "mend": {
      say(stage, line)
      const trouble = words.join(" ")
      return void (verb === "trouble" ? cluster.troubles.add(trouble) : cluster.troubles.delete(trouble))
    }
    case "byhand":
      say(stage, line)
      return byHand(stage, words)
    case "confirm":
      return tried(stage, line, () => admin.node.confirmOff({ clusterId, name: first, typed: second ?? first, why: "seen" }))
    case "maintain":
    case "return":
      return planned(stage, line, () => admin.plan.node({ clusterId, node: first, action: verb, failback: second === "failback" }))
    case "lock":
    case "unlock":
      return planned(stage, line, () => admin.plan.lock({ clusterId, action: verb }))
    case "panel":
      say(stage, line)
      return driven(stage, w.restart())
    case "giveup":
    case "resume":
      return waiting(stage, line, verb)
    case "define":
      return define(stage, first, JSON.parse(words.slice(1).join(" ")))
    case "domain":
      return domain(stage, first, JSON.parse(words.slice(1).join(" ")))
    default:
      throw new Error(`no such line: ${line} at ${clock.nowMs()}`)
  }
}
async function tried(stage: Stage, line: string, ask: () => Promise<unknown>) {
  try {
    await driven(stage, ask())
    say(stage, line)
  } catch (error) {
    say(stage, `refused ${line}: ${refusal(error)}`)
  }
}
/** Somebody starts a resource past the panel, at a node's own console. */
async function byHand({ w, clock }: Stage, [op = "", resource = "", , node = ""]: readonly string[]) {
  const { resources } =
    (await w.admin.service.list({ clusterId: w.clusterId })).length > 0 ? await definitionOf(w, resource) : { resources: [] }
  const found = resources.find((r) => r.name === resource)
  if (!found) throw new Error(`no resource ${resource}`)
  const { bind } = await import("../../agents/registry")
  const { command, timeoutMs } = bind({ node, driver: found.driver, op, params: { ...Object(found.params), name: resource } })
  await driven({ clock }, w.cluster.nodeOf(node).session.run(command, { timeoutMs }))
}
async function definitionOf(w: World, resource: string) {
  for (const { name } of await w.admin.service.list({ clusterId: w.clusterId })) {
    const view = await w.admin.service.get({ clusterId: w.clusterId, name })
    if (view.resources.some((r) => r.name === resource)) return view
  }
  throw new Error(`no service has ${resource}`)
}
async function waiting(stage: Stage, line: string, verb: "giveup" | "resume") {
  const { w } = stage
  const job = (await w.admin.job.list({ clusterId: w.clusterId })).find(({ state }) => state === "waiting")
  if (!job) return void say(stage, `${line}: no job waits`)
  await tried(stage, line, () => (verb === "giveup" ? w.admin.job.giveUp({ id: job.id }) : w.admin.job.resume({ id: job.id })))
}
async function define(stage: Stage, name: string, definition: unknown) {
  const { w, story } = stage
  const before = story.services[name]
  const next = serviceInput(name, { ...before, ...Object(definition) })
  if (before)
    return planned(stage, `change ${name}`, () => w.admin.plan.definition({ clusterId: w.clusterId, was: name, definition: next }))
  await tried(stage, `define ${name}`, () => w.admin.service.save({ clusterId: w.clusterId, was: null, service: next }))
}
async function domain(stage: Stage, name: string, change: object) {
  const before = stage.story.domains[name]
  if (!before) throw new Error(`no domain ${name}`)
  const next = domainInput(name, { ...before, ...change })
  await planned(stage, `domain ${name}`, () => stage.w.admin.plan.domain({ clusterId: stage.w.clusterId, was: name, domain: next }))
}

// ---- what is told ----
const words = (params: Readonly<Record<string, string>>): string => {
  const { state: _, reason, from: _from, ...rest } = params
  return reason === undefined ? "" : ` (${[reason, ...Object.values(rest)].join(" ")})`
}
/** Events of the panel and commands that began on the nodes, in the order of their times. */
async function tell(stage: Stage, seen: { event: number; command: number }) {
  const { w, log } = stage
  const now = at(stage)
  const events = await w.db.event.findMany({ where: { id: { gt: seen.event } }, orderBy: { id: "asc" } })
  for (const { id, code, service, node, params } of events) {
    seen.event = id
    const p = Object(params) as Record<string, string> // the keeper writes strings
    const [kind, what] = code.split(".")
    if (kind === "service") log.push(`${now} ${service}: ${what}${node ? ` on ${node}` : ""}${words(p)}`)
    else if (kind === "job")
      log.push(`${now} job ${p.kind} ${service ?? node ?? ""} ${[p.from, p.to].filter(Boolean).join("→")} ${what} (${p.who})`)
    else log.push(`${now} ${node ?? "cluster"} is ${what}`)
  }
  for (const line of w.cluster.executed.slice(seen.command)) log.push(`${now}   ${brief(line)}`)
  seen.command = w.cluster.executed.length
}
const brief = (line: string): string => {
  const [node, ...argv] = line.split(" ")
  const instance = argv.find((word) => word.startsWith("OCF_RESOURCE_INSTANCE="))?.slice("OCF_RESOURCE_INSTANCE=".length)
  return instance === undefined ? `${node} $ ${argv.join(" ")}` : `${node} $ ${instance} ${argv.at(-1)}`
}

/** Plays a story on the whole panel, its database included, on a clock of its own. @returns the log, and what must never have been. */
export async function play(
  story: Story,
): Promise<{ readonly log: readonly string[]; readonly violations: readonly string[]; readonly errors: readonly unknown[] }> {
  const clock = virtualClock(START_MS)
  const w = await startWorld({ services: false, clock, nodes: story.nodes.map((name) => ({ name })) })
  const stage: Stage = { w, clock, log: [], story, zeroMs: START_MS }
  const seen = { event: 0, command: 0 }
  try {
    for (const [name, definition] of Object.entries(story.domains))
      await driven(stage, w.admin.domain.save({ clusterId: w.clusterId, was: null, domain: domainInput(name, definition) }))
    // All at once, so that none has a start on the others.
    const locked = (lockedBy: string | null) => w.db.cluster.update({ where: { id: w.clusterId }, data: { lockedBy } })
    await locked("set-up")
    await driven(stage, w.engine().keeper.redefined())
    for (const [name, definition] of Object.entries(story.services))
      await driven(stage, w.admin.service.save({ clusterId: w.clusterId, was: null, service: serviceInput(name, definition) }))
    await clock.advance(10_000)
    seen.event = (await w.db.event.findFirst({ orderBy: { id: "desc" } }))?.id ?? 0
    stage.zeroMs = clock.nowMs()
    await locked(null)
    await driven(stage, w.engine().keeper.redefined())
    const script = [...story.script].sort(([a], [b]) => a - b)
    while (passedMs(stage) < story.for * 1_000) {
      await tell(stage, seen)
      const next = script[0]
      if (next && passedMs(stage) >= next[0] * 1_000) {
        script.shift()
        await act(stage, next[1])
      } else await clock.advance(STEP_MS)
    }
    await tell(stage, seen)
    for (const { name, status } of await w.admin.service.list({ clusterId: w.clusterId }))
      stage.log.push(
        `in the end: ${name} ${status.state}${status.isFrozen ? " [Z]" : ""}${status.off.length > 0 ? ` [P] without ${status.off.join(",")}` : ""}${status.owner ? ` on ${status.owner}` : ""}${status.reason ? `, ${status.reason.code}` : ""}`,
      )
    return { log: stage.log, violations: [...w.cluster.violations], errors: w.errors }
  } finally {
    await driven(stage, w.stop())
  }
}
