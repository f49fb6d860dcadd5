import { ORPCError } from "@orpc/server"
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

/** One line of the script. */
export async function act(stage: Stage, line: string): Promise<void> {
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
      return tried(stage, line, () =>
        admin.node.confirmOff({ clusterId, name: first, typed: second ?? first, isSure: true, saw: "power light off", password: PASSWORD }),
      )
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
