import { expect, test } from "vitest"
import { bind } from "../../agents/registry"
import { type NodeSession, OutcomeUnknown } from "../node/session"
import { jobOf } from "./job"
import { runJob } from "./run-job"

const call = { node: "d1", driver: "keepalived", op: "halt", params: {} }
/** A job of one step on a node that does not answer, and how long each answer was waited for. */
async function patienceOf(service: { readonly service?: string }): Promise<readonly number[]> {
  const step = { call, sentence: { code: "keepalivedHalt", params: {} }, ifItFails: "wait" as const, command: "true", ...service }
  const job = jobOf(
    ...(["j", "c"] as const),
    { steps: [step], fallbacks: [], changes: [], interrupted: [] },
    { subject: { kind: "balancer" }, reason: { who: "t", through: "panel", why: "" }, locks: [] },
  )
  const waited: number[] = []
  const silent = async ({ timeoutMs }: { readonly timeoutMs: number }): Promise<never> => {
    waited.push(timeoutMs)
    throw new OutcomeUnknown("no answer")
  }
  const put = () => Promise.reject(new Error("nothing is put"))
  const session: NodeSession = { node: "d1", put, run: (_, options) => silent(options), read: (_, options) => silent(options) }
  const nothing = async () => undefined
  const store = { journal: async () => [], append: nothing, handOver: nothing, setRunning: nothing, setWaiting: nothing, end: nothing }
  const outcome = await runJob({ session: () => session, bind: (one) => bind(one), store, sleep: nothing, nowMs: () => 0 }, job)
  expect(outcome).toMatchObject({ state: "waiting", waitingFor: { code: "nodeSilent" } })
  return waited
}
test("a slow node is asked for 30 s where no service waits for the answer, and for 10 s where one does", async () => {
  expect(await patienceOf({})).toEqual([30_000])
  expect(await patienceOf({ service: "web" })).toEqual([10_000])
})
