import { describe, expect, test } from "vitest"
import { bind } from "../../agents/registry"
import { planFence } from "../domain/fence-plan"
import { type Job, jobOf } from "./job"
import { type Scenario, type Strike, struckAt, world } from "./relocation.scenario"

/** h1 is switched off by agents on h2: first by its BMC, and when that fails, by the rack's power switch. */
function fencing(): Job {
  const use = (device: string) => ({ device, agent: "fence_sim", params: { ip: device, plug: "h1" }, runner: "h2" })
  const describe = (call: Parameters<typeof bind>[0]) => {
    const { sentence, command } = bind(call)
    return { sentence, command: command.masked }
  }
  const verdict = planFence({ node: "h1", levels: [[use("bmc")], [use("pdu")]], describe })
  if (!verdict.allowed) throw new Error(JSON.stringify(verdict.reports))
  const reason = { who: "test", through: "panel" as const, why: "" }
  return jobOf("j", "c", verdict.value, { subject: { kind: "fence", node: "h1" }, reason, locks: ["power:c/h1"] })
}
const scenario: Scenario = { name: "h1 is fenced", troubles: [], ends: "succeeded", runsOn: [], jobs: [], executed: [], job: fencing }
const kinds = ["crash before", "crash after", "crash during", "crash late", "cut before", "cut after", "cut during", "cut late"] as const
const strike = (at: number, kind: (typeof kinds)[number]): Strike => {
  const [how, when] = kind.split(" ") as [Strike["how"], Strike["when"]] // the two halves of a kind
  return { at, how, when }
}
const offs = (executed: readonly string[]) => executed.filter((line) => line === "h2 /usr/sbin/fence_sim").length

describe("a job that switches a node off", () => {
  test("succeeds by its first level, which is asked once", async () => {
    const w = await world(scenario, [])
    expect(await w.runToRest()).toMatchObject({ state: "succeeded" })
    expect([w.cluster.nodeOf("h1").isOn(), offs(w.cluster.executed)]).toEqual([false, 1])
  })
  test("runs even when the device says off already: fencing is never inferred", async () => {
    const w = await world(scenario, [])
    w.cluster.power("h1", false)
    expect(await w.runToRest()).toMatchObject({ state: "succeeded" })
    expect(offs(w.cluster.executed)).toBe(1)
  })
  test("goes to the next level when a device fails, and fails when all do", async () => {
    const first = await world(scenario, [])
    first.cluster.devices.set("bmc", "broken")
    expect(await first.runToRest()).toMatchObject({ state: "succeeded", job: { follows: "j" } })
    expect(first.cluster.nodeOf("h1").isOn()).toBe(false)
    const both = await world(scenario, [])
    for (const device of ["bmc", "pdu"]) both.cluster.devices.set(device, "broken")
    expect(await both.runToRest()).toMatchObject({ state: "failed" })
    expect(both.cluster.nodeOf("h1").isOn()).toBe(true)
  })
  test.each(kinds)("a %s at any journal write or command: no success without power cut, no device asked twice", async (kind) => {
    const boundaries = await struckAt(scenario)
    expect(boundaries).toBeGreaterThan(4)
    for (let at = 0; at < boundaries; at++) {
      const w = await world(scenario, [strike(at, kind)])
      const { state } = await w.runToRest()
      expect(["succeeded", "failed"], `strike ${at}`).toContain(state)
      if (state === "succeeded") expect(w.cluster.nodeOf("h1").isOn(), `strike ${at}`).toBe(false)
      expect(offs(w.cluster.executed), `strike ${at}`).toBeLessThanOrEqual(w.jobs.length)
    }
  })
  test("takes the next level when nobody can say what became of the first: the machine that asked has gone", async () => {
    const w = await world({ ...scenario, job: throughTwo }, [])
    w.cluster.devices.set("bmc", "slow")
    w.cluster.clock.after(2_000, w.cluster.nodeOf("h2").powerOff)
    expect(await w.runToRest()).toMatchObject({ state: "succeeded", job: { follows: "j" } })
    expect(w.cluster.nodeOf("h1").isOn()).toBe(false)
  })
})
/** The first level through h2, the second through h3. */
function throughTwo(): Job {
  const job = fencing()
  const fallbacks = job.fallbacks.map((f) => ({ ...f, steps: f.steps.map((s) => ({ ...s, call: { ...s.call, node: "h3" } })) }))
  return { ...job, fallbacks }
}
