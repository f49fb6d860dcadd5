import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { COUNTS_FOR_MS, type Evidence, judge, type Saying, type Scene, type Witness, type WitnessKind } from "./evidence"
import { decideFence, type FenceLook } from "./fence-decision"
import { fencingDefaults } from "./fencing"

const NOW = 1_000_000
const witness = (kind: WitnessKind, name: string, says: Saying, ageMs = 0): Witness => ({
  ...{ kind, name, says, atMs: NOW - ageMs, sinceMs: NOW - ageMs, detail: "" },
})
/** What everybody truthfully says of a node of a three-node cluster that lives, or that has no power for ten seconds. */
const truth = (isAlive: boolean): readonly Witness[] => {
  const says: Saying = isAlive ? "alive" : "silent"
  return [
    ...[witness("channel", "", says), witness("connect", "", says)],
    ...[witness("peer", "h2", says), witness("peer", "h3", says), witness("device", "pdu", isAlive ? "on" : "off")],
  ]
}
const sceneOf = (witnesses: readonly Witness[], over: Partial<Scene> = {}): Scene => ({
  evidence: { node: "h1", heardMs: NOW - 10_000, witnesses } as Evidence,
  ...{ nowMs: NOW, lostAfterMs: 3_000, others: 2, othersHeard: 2 },
  ...over,
})
const lookOf = (scene: Scene, over: Partial<FenceLook> = {}): FenceLook => {
  const judgement = judge(scene)
  return {
    ...{ node: "h1", state: judgement.state === "lost" ? "lost" : "unreachable", isInMaintenance: false, lostSinceMs: NOW - 1_000 },
    ...{ judgement, isQuorate: true, quorateSinceMs: 0, levels: 1, delayMs: 0, settings: fencingDefaults, attempt: undefined, nowMs: NOW },
    ...over,
  }
}
const sayings: readonly Saying[] = ["alive", "silent", "on", "off", "cannotSay"]
const kinds: readonly WitnessKind[] = ["channel", "connect", "peer", "device"]
/** Every way in which the witnesses of these kinds may answer, all members of a kind alike or each for itself. */
const lies = (witnesses: readonly Witness[], liars: readonly WitnessKind[]): readonly (readonly Witness[])[] =>
  witnesses.reduce<readonly (readonly Witness[])[]>(
    (all, w) => all.flatMap((list) => (liars.includes(w.kind) ? sayings.map((says) => [...list, { ...w, says }]) : [[...list, w]])),
    [[]],
  )
const pairs = kinds.flatMap((a, i) => kinds.slice(i).map((b) => [a, b] as const))

describe("a node that lives", () => {
  test.each(pairs)("is never fenced, whatever %s and %s say", (a, b) => {
    for (const told of lies(truth(true), [a, b])) expect(decideFence(lookOf(sceneOf(told))).fence, JSON.stringify(told)).toBe(false)
  })
  test.each(pairs)("is never called lost for certain, whatever %s and %s say", (a, b) => {
    for (const told of lies(truth(true), [a, b])) {
      const judgement = judge(sceneOf(told))
      expect(judgement.state === "lost" && judgement.isSure, JSON.stringify(told)).toBe(false)
    }
  })
})
describe("a node without power", () => {
  test("is fenced when nobody lies", () => expect(decideFence(lookOf(sceneOf(truth(false)))).fence).toBe(true))
  test.each(kinds.slice(0, 3))("is left to a person while %s says that it sees it", (kind) => {
    const told = truth(false).map((w) => (w.kind === kind ? { ...w, says: "alive" as const } : w))
    expect(judge(sceneOf(told))).toMatchObject({ state: "alive" })
    expect(decideFence(lookOf(sceneOf(told)))).toMatchObject({ fence: false, next: { code: "seenByOthers" } })
  })
  test("is lost, and not fenced by the panel itself, when no other member could be asked", () => {
    const told = truth(false).map((w) => (w.kind === "peer" ? { ...w, says: "cannotSay" as const } : w))
    expect(judge(sceneOf(told))).toEqual({ state: "lost", isSure: false })
    expect(decideFence(lookOf(sceneOf(told)))).toMatchObject({ fence: false, next: { code: "noSecondWitness" } })
  })
  test("is not lost before its time, however silent", () => {
    const young = sceneOf(truth(false), { evidence: { node: "h1", heardMs: NOW - 2_999, witnesses: [...truth(false)] } })
    expect(judge(young)).toEqual({ state: "suspect" })
  })
  test("is not lost by what was said long ago", () => {
    const old = truth(false).map((w) => (w.kind === "channel" ? w : { ...w, atMs: NOW - COUNTS_FOR_MS - 1 }))
    expect(judge(sceneOf(old))).toEqual({ state: "suspect" })
  })
})
describe("the panel", () => {
  test("that reaches nobody decides nothing", () => {
    const told = truth(false).filter(({ kind }) => kind !== "peer")
    const scene = sceneOf(told, { othersHeard: 0 })
    expect(judge(scene)).toEqual({ state: "panelCutOff" })
    expect(decideFence(lookOf(scene))).toMatchObject({ fence: false, next: { code: "panelCutOff" } })
  })
})

/** What must hold before anything is fenced without a person. */
test("fencing by itself needs a majority, a level, no earlier attempt, its time, and three kinds of witnesses", () => {
  const anyLook = fc.record({
    says: fc.array(fc.constantFrom(...sayings), { minLength: 5, maxLength: 5 }),
    isQuorate: fc.boolean(),
    quorateSinceMs: fc.option(fc.integer({ min: NOW - 20_000, max: NOW }), { nil: null }),
    levels: fc.integer({ min: 0, max: 2 }),
    attempt: fc.constantFrom(undefined, "running", "failed", "contradicted", "succeeded"),
    delayMs: fc.integer({ min: 0, max: 3_000 }),
    isInMaintenance: fc.boolean(),
    othersHeard: fc.integer({ min: 0, max: 2 }),
  })
  fc.assert(
    fc.property(anyLook, ({ says, othersHeard, attempt, ...rest }) => {
      const told = truth(false).map((w, i) => ({ ...w, says: says[i] ?? w.says }))
      const look = lookOf(sceneOf(told, { othersHeard }), { ...rest, attempt: attempt as FenceLook["attempt"] })
      if (!decideFence(look).fence) return
      expect(look).toMatchObject({ isQuorate: true, attempt: undefined, isInMaintenance: false, state: "lost" })
      expect(look.levels).toBeGreaterThan(0)
      expect(look.quorateSinceMs).not.toBeNull()
      expect(NOW - look.lostSinceMs).toBeGreaterThanOrEqual(look.delayMs)
      for (const kind of ["channel", "connect", "peer"]) expect(told.some((w) => w.kind === kind && w.says === "silent")).toBe(true)
      expect(told.some((w) => w.says === "alive")).toBe(false)
    }),
    { numRuns: 3_000 },
  )
})
test("after a majority has come back post_join_delay is waited for, after a loss post_fail_delay", () => {
  const settings = { ...fencingDefaults, postFailDelayMs: 5_000, postJoinDelayMs: 9_000 }
  const at = (over: Partial<FenceLook>) => decideFence(lookOf(sceneOf(truth(false)), { settings, ...over })).next
  expect(at({})).toEqual({ code: "delay", params: { node: "h1", untilMs: String(NOW + 4_000) } })
  expect(at({ quorateSinceMs: NOW - 500 })).toEqual({ code: "delay", params: { node: "h1", untilMs: String(NOW + 8_500) } })
  expect(at({ lostSinceMs: NOW - 5_000 }).code).toBe("fencing")
})
