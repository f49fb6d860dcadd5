import fc from "fast-check"
import { beforeAll, describe, expect, test } from "vitest"
import { bind } from "../../agents/registry"
import { OutcomeUnknown } from "../node/session"
import { HAPPY, type Scenario, type Strike, scenarios, struckAt, world } from "./relocation.scenario"
import { voidStarted } from "./run-job"

const kinds = ["crash before", "crash after", "crash during", "crash late", "cut before", "cut after", "cut during", "cut late"] as const
const strike = (at: number, kind: (typeof kinds)[number]): Strike => {
  const [how, when] = kind.split(" ") as [Strike["how"], Strike["when"]] // the two halves of a kind
  return { at, how, when }
}

/** What must hold whatever happened on the way. */
async function relocateUnder(scenario: Scenario, strikes: readonly Strike[]) {
  const w = await world(scenario, strikes)
  const outcome = await w.runToRest()
  expect(w.cluster.violations).toEqual([])
  expect(w.cluster.executed).toEqual([...new Set(w.cluster.executed)])
  expect({ state: outcome.state, runsOn: w.runsOn() }).toEqual({ state: scenario.ends, runsOn: scenario.runsOn })
  return w
}

test.each(scenarios)("$name: undisturbed", async (scenario) => {
  const w = await relocateUnder(scenario, [])
  expect(w.jobs.map(({ id, follows }) => [id, follows])).toEqual(scenario.jobs)
  expect(w.cluster.executed.map((line) => line.replace(/ env .*INSTANCE=(\S+) .* /, " $1 "))).toEqual(scenario.executed)
})

describe.each(scenarios)("$name", (scenario) => {
  let boundaries = 0
  beforeAll(async () => {
    boundaries = await struckAt(scenario)
  })
  test.each(kinds)("a %s at any journal write or command neither loses nor repeats a command", async (kind) => {
    expect(boundaries).toBeGreaterThan(4)
    for (let at = 0; at < boundaries; at++) await relocateUnder(scenario, [strike(at, kind)])
  })
  test("nor does any series of crashes and cuts", () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(fc.nat(80), fc.constantFrom(...kinds)), { selector: ([at]) => at, maxLength: 6 }),
        async (list) => {
          await relocateUnder(
            scenario,
            list.map(([at, kind]) => strike(at, kind)),
          )
        },
      ),
      { numRuns: 150 },
    ))
})

test("a target that loses its power makes the job wait, starts nothing elsewhere, and is taken up when it is back", async () => {
  const w = await world(HAPPY, [])
  w.cluster.clock.after(100, w.cluster.nodeOf("h2").powerOff)
  expect(await w.runToRest()).toMatchObject({ state: "waiting", waitingFor: { code: "nodeSilent", params: { node: "h2" } } })
  expect(w.runsOn()).toEqual([])
  w.cluster.nodeOf("h2").powerOn()
  expect(await w.runToRest()).toMatchObject({ state: "succeeded" })
  expect(w.runsOn()).toEqual(["h2 ip", "h2 httpd"])
})
test("a target that loses its power in the middle of a start is asked again after its reboot", async () => {
  const w = await world(HAPPY, [])
  w.cluster.setFaults((node, command) => {
    if (node !== "h2" || !command.masked.includes("moyai-claim")) return undefined
    w.cluster.clock.after(1_000, w.cluster.nodeOf("h2").powerOff)
    return undefined
  })
  expect(await w.runToRest()).toMatchObject({ state: "waiting" })
  w.cluster.setFaults(() => undefined)
  w.cluster.nodeOf("h2").powerOn()
  expect(await w.runToRest()).toMatchObject({ state: "succeeded" })
  expect(w.runsOn()).toEqual(["h2 ip", "h2 httpd"])
  expect(w.cluster.violations).toEqual([])
})
test.each(["after", "during"] as const)("an answer lost %s the command does not make the job wait: the claim is asked", async (when) => {
  const w = await world(HAPPY, [])
  w.cluster.setFaults((_, { argv }) => (argv.includes("moyai-claim") ? { when, error: new OutcomeUnknown("the link was cut") } : undefined))
  expect(await w.runToRest()).toMatchObject({ state: "succeeded" })
  expect(w.cluster.executed).toHaveLength(4)
})
test("a stop still on its way cannot arrive after somebody else did it and the job went on", async () => {
  const w = await world({ ...HAPPY, troubles: ["h2 start httpd", "h3 start httpd"] }, [])
  const stop = w.jobs[0]?.steps.find(({ call }) => call.op === "stop")?.call
  let claims = 0
  w.cluster.setFaults((_, { argv }) =>
    argv.includes("moyai-claim") && claims++ === 0 ? { when: "late", error: new OutcomeUnknown("the link was cut") } : undefined,
  )
  expect(await w.runOnce()).toMatchObject({ state: "waiting", waitingFor: { code: "didNotArrive" } })
  if (stop) await w.cluster.nodeOf("h1").session.run(bind(stop).command, { timeoutMs: 9_000 })
  expect(await w.runToRest()).toMatchObject({ state: "succeeded" })
  expect(w.runsOn()).toEqual(["h1 ip", "h1 httpd"])
  expect(w.cluster.executed).toEqual([...new Set(w.cluster.executed)])
})
test("a command still on its way does nothing once its job was given up", async () => {
  const w = await world(HAPPY, [])
  let claims = 0
  w.cluster.setFaults((_, { argv }) =>
    argv.includes("moyai-claim") && claims++ === 0 ? { when: "late", error: new OutcomeUnknown("the link was cut") } : undefined,
  )
  expect(await w.runOnce()).toMatchObject({ state: "waiting", waitingFor: { code: "didNotArrive" } })
  const [job] = w.jobs
  if (job) await voidStarted(w.panel, job)
  await w.cluster.clock.sleep(60_000)
  expect(w.cluster.executed).toEqual([])
})
test("a start that takes longer than it may is waited for, not repeated", async () => {
  const w = await world({ ...HAPPY, troubles: ["h2 slow ip"] }, [])
  expect(await w.runToRest()).toMatchObject({ state: "waiting", waitingFor: { code: "stillRunning" } })
  expect(await w.runToRest()).toMatchObject({ state: "succeeded" })
  expect(w.cluster.executed).toHaveLength(4)
})
