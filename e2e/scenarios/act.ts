import { ORPCError } from "@orpc/server"
import { fenceActions } from "../../lib/domain/fencing"
import type { JobSummary } from "../../lib/domain/views"
import { PASSWORD, type World } from "../../lib/server/world.fixture"
import { driven, type Stage, say } from "./stage"
import { domainInput, serviceInput } from "./story"

/** Its code and what it says; ids stay out, they are others in each run. */
const refusal = ({ w }: Stage, error: unknown): string => {
  if (!(error instanceof ORPCError)) throw error
  const reports = Object(error.data).reports as readonly { code: string; params: Record<string, string> }[] | undefined // every refusal has them
  const told = (reports ?? []).map(({ code, params: { job: _, ...params } }) => `${code} ${JSON.stringify(params)}`).join(", ")
  return (told || String(error.message)).replaceAll(`${w.clusterId}/`, "")
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
    say(stage, `refused ${what}: ${refusal(stage, error)}`)
  }
}

const on = (word: string | undefined, words: readonly [string, string]): boolean => {
  if (word === words[0] || word === words[1]) return word === words[0]
  throw new Error(`${words.join(" or ")}, not ${word}`)
}
const serviceActions = ["start", "stop", "disable", "restart", "relocate", "freeze", "unfreeze", "convalesce"] as const

/** What happens to machines, cables and devices, whoever does it. */
const misfortunes: ReadonlyMap<string, (w: World, words: readonly string[]) => void> = new Map([
  ["power", ({ cluster }, [node = "", how]) => cluster.power(node, on(how, ["on", "off"]))],
  ["cable", ({ cluster }, [node = "", how]) => cluster.cable(node, on(how, ["in", "out"]))],
  ["cut", ({ cluster }, [node = ""]) => cluster.nodeOf(node).cutFromPanel(true)],
  ["uncut", ({ cluster }, [node = ""]) => cluster.nodeOf(node).cutFromPanel(false)],
  ["split", ({ cluster }, [a = "", b = ""]) => void cluster.splits.add([a, b].sort().join(" "))],
  ["unsplit", ({ cluster }, [a = "", b = ""]) => void cluster.splits.delete([a, b].sort().join(" "))],
  ["gateway", ({ cluster: { gateways } }, [name = "", how]) => void (on(how, ["on", "off"]) ? gateways.add(name) : gateways.delete(name))],
  ["device", ({ cluster }, [name = "", how]) => device(cluster.devices, name, how)],
  ["trouble", ({ cluster }, words) => void cluster.troubles.add(words.join(" "))],
  ["mend", ({ cluster }, words) => void cluster.troubles.delete(words.join(" "))],
  [
    "kill",
    ({ cluster }, [what = "", _, node = ""]) => {
      if (!cluster.nodeOf(node).disturb("stopUnit", what)) throw new Error(`nothing to kill: ${what} on ${node}`)
    },
  ],
])
const troubles = ["broken", "lies", "slow"] as const
function device(devices: World["cluster"]["devices"], name: string, how: string | undefined) {
  const trouble = troubles.find((t) => t === how)
  if (trouble === undefined && how !== "mended") throw new Error(`no such trouble of a device: ${how}`)
  if (trouble === undefined) devices.delete(name)
  else devices.set(name, trouble)
}

/** One line of the script. */
export async function act(stage: Stage, line: string): Promise<void> {
  const { w, clock } = stage
  const { admin, clusterId } = w
  const [verb = "", ...words] = line.split(" ")
  const [first = "", second, third] = words
  const action = serviceActions.find((a) => a === verb)
  if (action) {
    const target = second === "to" ? third : undefined
    return planned(stage, line, () => admin.plan.make({ clusterId, service: first, action, ...(target ? { target } : {}) }))
  }
  if (misfortunes.has(verb)) {
    say(stage, line)
    return misfortunes.get(verb)?.(w, words)
  }
  switch (verb) {
    case "fence":
      return fence(stage, line, first, second)
    case "second":
      return secondPerson(stage, line, first)
    case "byhand":
      say(stage, line)
      return byHand(stage, words)
    case "confirm":
    case "insist":
      return confirm(stage, line, verb, words)
    case "maintain":
    case "return":
      return planned(stage, line, () => admin.plan.node({ clusterId, node: first, action: verb, failback: second === "failback" }))
    case "lock":
    case "unlock":
      return planned(stage, line, () => admin.plan.lock({ clusterId, action: verb }))
    case "panel":
      say(stage, line)
      return driven(stage, on(first, ["killed", "restart"]) ? w.kill() : w.restart())
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
/** An operator switches a node: the plan, then its name and the password. */
async function fence(stage: Stage, line: string, node: string, action: string | undefined) {
  const { w } = stage
  const asked = fenceActions.find((a) => a === action)
  if (asked === undefined) throw new Error(`no such action: ${line}`)
  await tried(stage, line, async () => {
    const plan = await w.admin.plan.power({ clusterId: w.clusterId, power: node, action: asked })
    say(
      stage,
      `plan ${line}: ${plan.notes.map(({ code, params }) => [code, params.service, params.to].filter(Boolean).join(" ")).join("; ")}`,
    )
    await w.admin.fence.apply({ planId: plan.id, typed: node, password: PASSWORD, why: "" })
  })
}
/** confirm NODE [TYPED]; insist NODE: an admin goes on against a witness. */
async function confirm(stage: Stage, line: string, verb: "confirm" | "insist", [name = "", typed = name]: readonly string[]) {
  const { admin, clusterId } = stage.w
  const override = verb === "insist" ? "I stand before it, and it is off" : ""
  const said = { typed, isSure: true, saw: "power light off", password: PASSWORD, override }
  await tried(stage, line, () => admin.node.confirmOff({ clusterId, name, ...said }))
}
/** Another admin confirms what the first one asked for. */
async function secondPerson(stage: Stage, line: string, name: string) {
  const { w } = stage
  const { asked } = await w.admin.fence.lost({ clusterId: w.clusterId, name })
  if (!asked) return void say(stage, `${line}: nothing waits for a second person`)
  const said = { clusterId: w.clusterId, name, id: asked.id, typed: name, password: PASSWORD }
  await tried(stage, line, () => w.as("second").node.confirmSecond(said))
}
async function tried(stage: Stage, line: string, ask: () => Promise<unknown>) {
  try {
    await driven(stage, ask())
    say(stage, line)
  } catch (error) {
    say(stage, `refused ${line}: ${refusal(stage, error)}`)
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
const aboutOf = ({ subject }: JobSummary): string => JSON.stringify(subject)
async function waiting(stage: Stage, line: string, verb: "giveup" | "resume") {
  const { w } = stage
  // The newest; the list tells equals apart by their ids, which are others in each run.
  const [job] = (await w.admin.job.list({ clusterId: w.clusterId }))
    .filter(({ state }) => state === "waiting")
    .sort((a, b) => b.createdMs - a.createdMs || aboutOf(a).localeCompare(aboutOf(b)))
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
