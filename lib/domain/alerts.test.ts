import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type AlertKind, type AlertRule, alertKinds, alertPath, type Condition, decide, follow, nextTryMs, type Picture } from "./alerts"
import cases from "./alerts.cases.json"
import { serviceStates } from "./service"
import { nodeStates } from "./views"

type Case = {
  readonly name: string
  readonly nowMs: number
  readonly lookedMs?: number
  readonly nodes?: readonly string[]
  readonly services?: readonly string[]
  readonly tests?: readonly string[]
  readonly held?: readonly string[]
  readonly rules: readonly string[]
  readonly told: readonly string[]
  readonly began: readonly string[]
  readonly over: readonly string[]
}
const oneOf = <T extends string>(words: readonly T[], text: string | undefined): T => {
  const found = words.find((word) => word === text)
  if (found === undefined) throw new Error(`no such word: ${text}`)
  return found
}
const subjectOf = (text = ""): string => (text === "-" ? "" : text)
const pictureOf = ({ nodes = [], services = [], tests = [] }: Case): Picture => ({
  nodes: nodes.map((text, i) => {
    const [state, since, flag] = text.split(" ")
    const flags = { isMember: flag !== "guest", isInMaintenance: flag === "maintenance" }
    return { name: `h${i + 1}`, state: oneOf(nodeStates, state), sinceMs: Number(since), ...flags }
  }),
  services: services.map((text) => {
    const [name = "", state, since] = text.split(" ")
    return { name, state: oneOf(serviceStates, state), sinceMs: Number(since) }
  }),
  tests: tests.map((text) => {
    const [node = "", device = "", says = "", at] = text.split(" ")
    return { node, device, says: says === "-" ? null : says, atMs: Number(at) }
  }),
})
const conditionOf = (text: string): Condition => {
  const [kind, subject, since] = text.split(" ")
  return { kind: oneOf(alertKinds, kind), subject: subjectOf(subject), sinceMs: Number(since) }
}
const ruleOf = (text: string): AlertRule => {
  const [kind, after, ...channels] = text.split(" ")
  return { kind: oneOf(alertKinds, kind), afterMs: Number(after), channels }
}
const toldOf = (text: string) => {
  const [kind, subject, channel = ""] = text.split(" ")
  return { id: text, kind: oneOf(alertKinds, kind), subject: subjectOf(subject), channel }
}
const wordsOf = ({ kind, subject }: { readonly kind: AlertKind; readonly subject: string }) => `${kind} ${subject === "" ? "-" : subject}`

describe("what is sent", () => {
  test.each(cases as readonly Case[])("$name", (c) => {
    const conditions = follow((c.held ?? []).map(conditionOf), pictureOf(c), c.nowMs, c.lookedMs)
    const { began, over } = decide(conditions, c.rules.map(ruleOf), c.told.map(toldOf), c.nowMs)
    expect({
      began: began.map(({ condition, channel }) => `${wordsOf(condition)} ${condition.sinceMs} ${channel}`),
      over: over.map(({ id }) => id),
    }).toEqual({ began: c.began, over: c.over })
  })
})

const names = ["a", "b", "c", "d", "e"]
const time = fc.integer({ min: 0, max: 100_000 })
const someNodes = fc
  .array(fc.record({ state: fc.constantFrom(...nodeStates), sinceMs: time, isMember: fc.boolean(), isInMaintenance: fc.boolean() }), {
    maxLength: 5,
  })
  .map((list) => list.map((node, i) => ({ ...node, name: names[i] ?? "" })))
const someServices = fc
  .array(fc.record({ state: fc.constantFrom(...serviceStates), sinceMs: time }), { maxLength: 4 })
  .map((list) => list.map((service, i) => ({ ...service, name: names[i] ?? "" })))
const someTests = fc.array(
  fc.record({
    node: fc.constantFrom(...names),
    device: fc.constantFrom("x", "y"),
    says: fc.constantFrom("on", "off", "error", null),
    atMs: fc.option(time),
  }),
  { maxLength: 4 },
)
const pictures = fc.record({ nodes: someNodes, services: someServices, tests: someTests })
const someRules = fc.array(
  fc.record({
    kind: fc.constantFrom(...alertKinds),
    afterMs: fc.integer({ min: 0, max: 5_000 }),
    channels: fc.uniqueArray(fc.constantFrom("m", "n"), { minLength: 1 }),
  }),
  { maxLength: 6 },
)

/** Plays a history: what would be written down, look by look, with a restart of the panel where `restarts` says so. */
function play(history: readonly { readonly picture: Picture; readonly restarts: boolean }[], rules: readonly AlertRule[]) {
  let held: readonly Condition[] = []
  let lookedMs: number | undefined
  let told: (ReturnType<typeof toldOf> & { readonly sinceMs: number })[] = []
  const log: { readonly phase: "began" | "over"; readonly key: string }[] = []
  history.forEach(({ picture, restarts }, i) => {
    const nowMs = 100_000 + i * 1_000
    if (restarts) {
      held = told
      lookedMs = undefined
    }
    held = follow(held, picture, nowMs, lookedMs)
    lookedMs = nowMs
    const { began, over } = decide(held, rules, told, nowMs)
    for (const o of over) log.push({ phase: "over", key: `${wordsOf(o)} ${o.channel}` })
    told = told.filter((t) => !over.includes(t))
    for (const { condition, channel } of began) {
      log.push({ phase: "began", key: `${wordsOf(condition)} ${channel}` })
      told.push({ ...condition, channel, id: `${i}` })
    }
  })
  return { log, told }
}
const histories = fc.array(fc.record({ picture: pictures, restarts: fc.boolean() }), { maxLength: 12 })
describe("whatever happens", () => {
  test("began and over take turns on each channel, across restarts of the panel, and began comes first", () => {
    fc.assert(
      fc.property(histories, someRules, (history, rules) => {
        const { log } = play(history, rules)
        for (const key of new Set(log.map((l) => l.key))) {
          const phases = log.filter((l) => l.key === key).map(({ phase }) => phase)
          expect(phases).toEqual(phases.map((_, i) => (i % 2 === 0 ? "began" : "over")))
        }
      }),
    )
  })
  test("a second look at the same picture says nothing", () => {
    fc.assert(
      fc.property(histories, pictures, someRules, (history, picture, rules) => {
        const twice = [...history, { picture, restarts: false }]
        const immediately = rules.map((rule) => ({ ...rule, afterMs: 0 }))
        expect(play([...twice, { picture, restarts: true }], immediately).log).toEqual(play(twice, immediately).log)
      }),
    )
  })
  test("nothing is said without a rule for it, and nothing is over that was not said", () => {
    fc.assert(
      fc.property(histories, (history) => {
        expect(play(history, []).log).toEqual([])
      }),
    )
  })
  test("what holds never began in the future, and what holds on never begins later", () => {
    fc.assert(
      fc.property(pictures, pictures, time, time, (a, b, atMs, laterMs) => {
        const held = follow([], a, atMs)
        const then = follow(held, b, laterMs, atMs)
        for (const c of held) expect(c.sinceMs).toBeLessThanOrEqual(atMs)
        for (const c of then) {
          expect(c.sinceMs).toBeLessThanOrEqual(laterMs)
          const before = held.find((h) => wordsOf(h) === wordsOf(c))
          if (before) expect(c.sinceMs).toBeLessThanOrEqual(before.sinceMs)
        }
      }),
    )
  })
})

test("a failed delivery is tried again after 30 s, 2 min, 10 min, then hourly for a day, and then no more", () => {
  const tries = [0]
  for (let next: number | undefined = 0; next !== undefined; ) {
    next = nextTryMs(tries.length, 0, next)
    if (next !== undefined) tries.push(next)
  }
  const minutes = tries.map((ms) => ms / 60_000)
  expect(minutes.slice(0, 5)).toEqual([0, 0.5, 2.5, 12.5, 72.5])
  expect(minutes).toHaveLength(4 + 23)
  expect(Math.max(...minutes)).toBeLessThanOrEqual(24 * 60)
})
test.each([
  ["nodeLost", "h1", "/c/x/nodes/h1?open=confirm"],
  ["deviceTestFailed", "h1/ipmi", "/c/x/fencing/nodes/h1"],
  ["serviceBlocked", "httpd", "/c/x/services/httpd"],
  ["serviceFailed", "httpd", "/c/x/services/httpd"],
  ["quorumAtRisk", "", "/c/x"],
] as const)("%s of %j leads to %s", (kind, subject, path) => expect(alertPath("x", kind, subject)).toBe(path))
