import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Judgement, Witness } from "./evidence"
import { type Heard, nodeStateOf } from "./node-state"
import { nodeStates } from "./views"

const peer: Witness = { kind: "peer", name: "h2", says: "alive", atMs: 0, sinceMs: 0, detail: "" }
const judgements: readonly (Judgement | { readonly state: "heard" })[] = [
  { state: "heard" },
  { state: "suspect" },
  { state: "panelCutOff" },
  { state: "alive", by: [peer] },
  { state: "lost", isSure: true },
  { state: "lost", isSure: false },
]
const heard = (over: Partial<Heard>): Heard => ({
  ...{ before: "online", isHeard: true, why: null, silentMs: 0, judgement: { state: "heard" } },
  ...over,
})
const anyHeard = fc.record({
  before: fc.constantFrom(...nodeStates),
  isHeard: fc.boolean(),
  why: fc.constantFrom(null, { code: "timeout", params: {} }),
  silentMs: fc.nat(60_000),
  judgement: fc.constantFrom(...judgements),
})

describe("a member", () => {
  test.each(["lost", "fenced", "confirmed", "returning"] as const)("that was %s and answers is looked at before it counts", (before) => {
    expect(nodeStateOf(heard({ before })).state).toBe("returning")
  })
  test("that others see is unreachable, not lost, and the reason names them", () => {
    expect(nodeStateOf(heard({ isHeard: false, judgement: { state: "alive", by: [peer] } }))).toEqual({
      state: "unreachable",
      reason: { code: "seenByOthers", params: { by: "h2" } },
    })
  })
  test("whose answer is only late stays online", () => {
    expect(nodeStateOf(heard({ judgement: { state: "alive", by: [peer] } })).state).toBe("online")
    expect(nodeStateOf(heard({ judgement: { state: "suspect" } })).state).toBe("online")
  })
  test("is online only when it answers, and from nowhere but a short silence or the beginning", () => {
    fc.assert(
      fc.property(anyHeard, (told) => {
        const { state } = nodeStateOf(told)
        if (state !== "online") return
        expect(["lost", "fenced", "confirmed", "returning"]).not.toContain(told.before)
        expect(told.isHeard).toBe(true)
      }),
    )
  })
  test("becomes lost only by the witnesses, and is known to be off by nobody's silence", () => {
    fc.assert(
      fc.property(anyHeard, (told) => {
        const { state } = nodeStateOf(told)
        if (state === "lost" && told.before !== "lost") expect(told.judgement.state).toBe("lost")
        if (state === "fenced" || state === "confirmed") expect(told.before).toBe(state)
      }),
    )
  })
  test("that is known to be off stays so while it is silent, whatever is said of it", () => {
    for (const judgement of judgements.slice(1))
      for (const before of ["fenced", "confirmed"] as const)
        expect(nodeStateOf(heard({ before, isHeard: false, judgement })).state, JSON.stringify(judgement)).toBe(before)
  })
})
test("a machine that is no member is lost after ten seconds, and nothing follows from it", () => {
  const machine = (silentMs: number) =>
    nodeStateOf(heard({ isHeard: false, why: { code: "timeout", params: {} }, silentMs, judgement: undefined }))
  expect([machine(9_000).state, machine(10_001).state]).toEqual(["unreachable", "lost"])
  expect(nodeStateOf(heard({ before: "lost", judgement: undefined })).state).toBe("online")
})
