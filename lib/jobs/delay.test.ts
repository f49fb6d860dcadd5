import { expect, test } from "vitest"
import { bind } from "../../agents/registry"
import { createSimCluster } from "../sim/cluster"
import { type Entry, type Job, jobOf } from "./job"
import { type Outcome, runJob, type World } from "./run-job"

const call = { node: "h1", driver: "system", op: "delay", params: { seconds: 60, step: 1, of: 2 } }
const job: Job = jobOf(
  "j",
  "c",
  {
    steps: [1, 2].map((step) => ({
      call: { ...call, params: { ...call.params, step } },
      ...{ sentence: { code: "slowStartDelay", params: {} }, ifItFails: "wait" as const, command: "true" },
    })),
    ...{ fallbacks: [], changes: [], interrupted: [] },
  },
  { subject: { kind: "drainReturn" }, reason: { who: "t", through: "panel", why: "" }, locks: [] },
)
type Over = Partial<Pick<World, "delaysOf" | "isStopping">>
/** A panel after another, on one journal and one clock. */
function panels() {
  const { clock } = createSimCluster({ nodes: [{ name: "h1" }] })
  const journal: Entry[] = []
  const states: string[] = []
  const end = async (_: string, state: string) => void states.push(state)
  const run = (over: Over = {}): Promise<Outcome> =>
    runJob(
      {
        session: () => {
          throw new Error("nobody is asked")
        },
        bind: (one) => bind(one),
        store: {
          journal: async () => journal,
          append: async (_, entry) => void journal.push(entry),
          handOver: async () => undefined,
          setRunning: async () => undefined,
          setWaiting: async () => undefined,
          end,
        },
        sleep: (ms) => clock.sleep(ms),
        nowMs: clock.nowMs,
        ...over,
      },
      job,
    )
  return { clock, journal, states, run }
}

test("a delay takes its time, asks no node, and the next step follows", async () => {
  const { clock, run, journal } = panels()
  const beganMs = clock.nowMs()
  expect(await run()).toMatchObject({ state: "succeeded" })
  expect(clock.nowMs() - beganMs).toBe(120_000)
  expect(journal.map(({ step, state }) => `${step} ${state}`)).toEqual(["0 started", "0 succeeded", "1 started", "1 succeeded"])
})
test("a panel that goes down in a delay leaves the job, and the next one waits for the rest only", async () => {
  const { clock, run } = panels()
  const beganMs = clock.nowMs()
  expect(await run({ isStopping: () => clock.nowMs() - beganMs >= 40_000 })).toMatchObject({ state: "parked" })
  expect(await run()).toMatchObject({ state: "succeeded" })
  expect(clock.nowMs() - beganMs).toBe(120_000)
})
test("a person's word ends all delays at once, or the job where it stands", async () => {
  const { clock, run, states } = panels()
  const beganMs = clock.nowMs()
  const after = (ms: number, word: "goOn" | "stop") => () => (clock.nowMs() - beganMs >= ms ? word : undefined)
  expect(await run({ delaysOf: after(10_000, "goOn") })).toMatchObject({ state: "succeeded" })
  expect(clock.nowMs() - beganMs).toBe(10_000)
  const other = panels()
  const startMs = other.clock.nowMs()
  expect(await other.run({ delaysOf: () => (other.clock.nowMs() - startMs >= 70_000 ? "stop" : undefined) })).toMatchObject({
    ...{ state: "failed", reason: { code: "delayStopped" } },
  })
  expect(other.clock.nowMs() - startMs).toBe(70_000)
  expect([states, other.states]).toEqual([["succeeded"], ["cancelled"]])
})
test("a stop that the panel did not live to write down is one for the next panel, and nothing rises any more", async () => {
  const { journal, run, states } = panels()
  journal.push({ step: 0, atMs: 0, state: "started" }, { step: 0, atMs: 10, state: "failed", reason: "delayStopped" })
  expect(await run()).toMatchObject({ state: "failed", reason: { code: "delayStopped" } })
  expect([states, journal.length]).toEqual([["cancelled"], 2])
})
test("a clock that was set back does not make a delay longer than it was", async () => {
  const { clock, journal, run } = panels()
  journal.push({ step: 0, atMs: clock.nowMs() + 3_600_000, state: "started" })
  const beganMs = clock.nowMs()
  await run()
  expect(clock.nowMs() - beganMs).toBe(120_000)
})
