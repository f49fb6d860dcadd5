import { afterEach, expect, test } from "vitest"
import type { Fact, Push } from "../../agents/contract"
import { type CommandResult, type NodeSession, OutcomeUnknown, type ReadOptions, type RunOptions } from "../node/session"
import { type Sh, sh } from "../node/sh"
import { simulatedClock } from "../sim/clock"
import { createFactStore } from "./store"
import { type Watch, watchNode } from "./watch"

const READ_TAKES_MS = 100
const fact = (name: string, everyMs: number, more: Partial<Fact> = {}): Fact => ({
  name,
  command: sh`read ${name}`,
  parse: ({ stdout }) => stdout,
  everyMs,
  ...more,
})
const journal: Push = { command: sh`journalctl -f`, wakes: (line) => (line === "" ? [] : [line]) }

let watches: Watch[] = []
afterEach(() => {
  for (const watch of watches) watch.stop()
  watches = []
})

/** A node that answers after a tenth of a second, and a watch on it; `ends` are the ends of the journal's streams. */
function watched(facts: readonly Fact[], pushes: readonly Push[] = [], paused: readonly string[] = []) {
  const clock = simulatedClock(1_000_000)
  const beginMs = clock.nowMs()
  const world = {
    facts,
    pushes,
    isSilent: false,
    isQuiet: false,
    takesMs: READ_TAKES_MS,
    asideTakesMs: READ_TAKES_MS,
    /** Of a member. */
    pulseMs: undefined as number | undefined,
    inFlight: 0,
    inFlightMax: 0,
    answer: (command: Sh): string => command.argv.join(" "),
  }
  const reads: { readonly atMs: number; readonly names: readonly string[]; readonly timeoutMs: number }[] = []
  const asides: { readonly atMs: number; readonly name: string }[] = []
  const streams: { readonly say: (line: string) => void; readonly end: () => void; readonly isEnded: () => boolean }[] = []
  const told: string[] = []
  async function readAside(commands: readonly Sh[]): Promise<readonly CommandResult[]> {
    asides.push({ atMs: clock.nowMs() - beginMs, name: commands[0]?.argv[1] ?? "" })
    await clock.sleep(world.asideTakesMs)
    if (world.isSilent) throw new OutcomeUnknown("no answer")
    return commands.map((command) => ({ exitCode: 0, stdout: world.answer(command), stderr: "" }))
  }
  async function read(commands: readonly Sh[], { timeoutMs, isAside }: ReadOptions): Promise<readonly CommandResult[]> {
    if (isAside) return readAside(commands)
    reads.push({ atMs: clock.nowMs() - beginMs, names: commands.map(({ argv }) => argv[1] ?? ""), timeoutMs })
    world.inFlightMax = Math.max(world.inFlightMax, ++world.inFlight)
    await clock.sleep(world.takesMs)
    world.inFlight -= 1
    if (world.isSilent) throw new OutcomeUnknown("no answer")
    return commands.map((command) => ({ exitCode: 0, stdout: world.answer(command), stderr: "" }))
  }
  async function run(_: Sh, { onLine, signal }: RunOptions): Promise<never> {
    await new Promise<void>((resolve) => {
      let isEnded = signal?.aborted ?? false
      const end = () => {
        isEnded = true
        resolve()
      }
      signal?.addEventListener("abort", end)
      streams.push({ say: (line) => onLine?.(line), end, isEnded: () => isEnded })
      if (isEnded) resolve()
    })
    throw new OutcomeUnknown("the stream ended")
  }
  const session: NodeSession = { node: "h1", read, run, put: () => Promise.reject(new Error("nothing is put by who only watches")) }
  const store = createFactStore({ nowMs: clock.nowMs, save: () => undefined, changed: () => undefined })
  const watch = watchNode({
    ...{ clusterId: "c", node: "h1", session, store, clock },
    facts: () => world.facts,
    pushes: () => world.pushes,
    paused: () => new Set(paused),
    isQuiet: () => world.isQuiet,
    pulseMs: () => world.pulseMs,
    heard: () => told.push("heard"),
    silent: ({ message }) => told.push(message),
  })
  watches.push(watch)
  const get = (name: string) => store.get("c", "h1", name)
  return {
    clock,
    world,
    reads,
    asides,
    streams,
    told,
    watch,
    store,
    get,
    timesOf: (name: string) => reads.filter(({ names }) => names.includes(name)).map(({ atMs }) => atMs),
  }
}

test("each fact is read when it is due, and all that are due in one round trip", async () => {
  const w = watched([fact("quick", 2_000), fact("slow", 6_000)])
  await w.clock.sleep(6_950)
  expect(w.reads.map(({ names }) => names.join(" "))).toEqual(["quick slow", "quick", "quick", "quick slow"])
  expect(w.timesOf("quick")).toEqual([0, 2_000, 4_000, 6_000])
  expect(w.get("slow")).toMatchObject({ value: "read slow", everyMs: 6_000, from: "read slow" })
  expect(new Set(w.told)).toEqual(new Set(["heard"]))
})
test("while something large is at work there a bulky fact waits, the others go on, and it is read with the next of them", async () => {
  const w = watched([fact("small", 1_000), fact("table", 1_000, { isBulky: true })])
  await w.clock.sleep(950)
  w.world.isQuiet = true
  await w.clock.sleep(3_000)
  expect([w.timesOf("small"), w.timesOf("table")]).toEqual([[0, 1_000, 2_000, 3_000], [0]])
  w.world.isQuiet = false
  await w.clock.sleep(100)
  expect(w.timesOf("table")).toEqual([0, 4_000])
})
test("a node that is slow by itself is not kept busy by being watched, unless the cluster's services are on it", async () => {
  const slow = watched([fact("table", 1_000)])
  slow.world.takesMs = 2_000
  await slow.clock.sleep(11_950)
  // 2 s at work, and 2 s of rest for the second that was too much.
  expect(slow.timesOf("table")).toEqual([0, 4_000, 8_000])
  const member = watched([fact("table", 1_000)])
  member.world.takesMs = 2_000
  member.world.pulseMs = 1_000
  await member.clock.sleep(5_950)
  expect(member.timesOf("table")).toEqual([0, 2_000, 4_000])
})
test("what takes long is asked beside the rounds, which go on meanwhile, and at most two thirds of the time", async () => {
  const w = watched([fact("table", 1_000), fact("rates", 3_000, { isAside: true })])
  w.world.asideTakesMs = 1_200
  await w.clock.sleep(6_950)
  expect(w.timesOf("table")).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000])
  expect([w.timesOf("rates"), w.asides.map(({ atMs }) => atMs)]).toEqual([[], [0, 3_000, 6_000]])
  expect(w.get("rates")).toMatchObject({ value: "read rates", atMs: 1_000_000 + 4_200 })
  w.world.asideTakesMs = 4_000
  await w.clock.sleep(20_000)
  expect(w.asides.map(({ atMs }) => atMs).slice(2)).toEqual([6_000, 9_000, 15_000, 21_000])
  expect(w.timesOf("table").at(-1)).toBe(26_000)
})
test("what is asked beside the rounds and gets no answer is no silence; a silent node is not asked it, and again once it is heard", async () => {
  const w = watched([fact("table", 1_000), fact("rates", 3_000, { isAside: true })])
  await w.clock.sleep(500)
  w.world.answer = ({ argv: [, name] }) => {
    if (name === "rates") throw new OutcomeUnknown("lost")
    return "said"
  }
  await w.clock.sleep(3_400)
  expect([w.told.filter((one) => one !== "heard"), w.get("rates")?.error]).toEqual([[], "lost"])
  w.world.isSilent = true
  await w.clock.sleep(8_000)
  const before = w.asides.length
  await w.clock.sleep(8_000)
  expect(w.asides.length).toBe(before)
  w.world.answer = () => "again"
  w.world.isSilent = false
  await w.clock.sleep(2_500)
  expect(w.get("rates")).toMatchObject({ value: "again" })
})
test("a value is as old as its answer, not as the question", async () => {
  const w = watched([fact("a", 60_000)])
  await w.clock.sleep(1_000)
  expect(w.get("a")?.atMs).toBe(1_000_000 + READ_TAKES_MS)
})
test("the patience is that of the most patient fact, ten seconds when none says", async () => {
  const w = watched([fact("a", 60_000), fact("b", 60_000, { timeoutMs: 25_000 }), fact("c", 30_000)])
  await w.clock.sleep(31_000)
  expect(w.reads.map(({ timeoutMs }) => timeoutMs)).toEqual([25_000, 10_000])
})
test("a node that is slow is waited for longer, so that what is asked after a silence does not silence it again; a member is not", async () => {
  const slow = watched([fact("a", 1_000)])
  slow.world.takesMs = 4_000
  await slow.clock.sleep(9_500)
  slow.world.isSilent = true
  slow.world.takesMs = 16_000
  await slow.clock.sleep(18_000)
  expect(slow.reads.map(({ timeoutMs }) => timeoutMs)).toEqual([10_000, 16_000, 30_000])
  const member = watched([fact("a", 1_000)])
  member.world.takesMs = 4_000
  member.world.pulseMs = 1_000
  await member.clock.sleep(9_000)
  expect(member.reads.map(({ timeoutMs }) => timeoutMs)).toEqual([10_000, 10_000, 10_000])
})
test("a silent node keeps its last values with the reason, is asked again each second, and is heard again", async () => {
  const w = watched([fact("a", 5_000)])
  await w.clock.sleep(1_000)
  w.world.isSilent = true
  await w.clock.sleep(7_000)
  expect(w.get("a")).toMatchObject({ value: "read a", atMs: 1_000_000 + READ_TAKES_MS, error: "no answer" })
  expect(w.timesOf("a")).toEqual([0, 5_000, 6_100, 7_200])
  w.world.isSilent = false
  await w.clock.sleep(1_500)
  expect(w.get("a")).not.toHaveProperty("error")
  expect(w.told.at(-1)).toBe("heard")
})
test("after a silence everything is read again, and until then nothing is decided by what was true before it", async () => {
  const w = watched([fact("often", 2_000), fact("seldom", 600_000)])
  await w.clock.sleep(1_000)
  w.world.isSilent = true
  await w.clock.sleep(2_000)
  expect(w.store.reading("c", "h1", "seldom")).toEqual({ state: "unknown" })
  w.world.isSilent = false
  await w.clock.sleep(2_000)
  expect(w.store.reading("c", "h1", "seldom")).toMatchObject({ state: "fresh" })
})
test("a fact that is wanted less often, or more often, never grows stale in between", async () => {
  const w = watched([fact("a", 5_000)])
  await w.clock.sleep(6_000)
  w.world.facts = [fact("a", 60_000)]
  for (let seconds = 0; seconds < 150; seconds += 5) {
    await w.clock.sleep(5_000)
    expect(w.store.reading("c", "h1", "a").state).toBe("fresh")
  }
  w.world.facts = [fact("a", 5_000)]
  await w.clock.sleep(11_000)
  expect(w.get("a")).toMatchObject({ everyMs: 5_000 })
  expect(w.store.reading("c", "h1", "a").state).toBe("fresh")
})
test("what is paused is read when somebody asks, and never by itself", async () => {
  const w = watched([fact("a", 1_000), fact("frozen", 1_000)], [], ["frozen"])
  await w.clock.sleep(3_000)
  expect(w.get("frozen")).toBeUndefined()
  await w.watch.readNow(["frozen"])
  expect(w.get("frozen")).toMatchObject({ value: "read frozen" })
})
test("an answer that one parser does not understand is that fact's failure alone", async () => {
  const w = watched([
    fact("bad", 60_000, {
      parse: ({ stdout }) => {
        if (stdout === "odd") throw new Error("not understood")
        return stdout
      },
    }),
    fact("good", 60_000),
  ])
  await w.watch.readNow()
  w.world.answer = () => "odd"
  await w.watch.readNow()
  expect(w.get("bad")).toMatchObject({ value: "read bad", error: "not understood" })
  expect(w.get("good")).toMatchObject({ value: "odd" })
  expect(w.told).not.toContain("not understood")
})
test("a line of the journal makes the facts that it names due at once, and no others", async () => {
  const w = watched([fact("a", 60_000), fact("b", 60_000)], [journal])
  await w.clock.sleep(1_000)
  w.streams[0]?.say("b")
  await w.clock.sleep(500)
  expect([w.timesOf("a"), w.timesOf("b")]).toEqual([[0], [0, 1_000]])
  w.streams[0]?.say("")
  await w.clock.sleep(500)
  expect(w.reads).toHaveLength(2)
})
test("a line that comes while a reading is under way is not lost", async () => {
  const w = watched([fact("a", 60_000)], [journal])
  await w.clock.sleep(READ_TAKES_MS / 2)
  w.world.answer = () => "after"
  w.streams[0]?.say("a")
  await w.clock.sleep(6_000)
  expect(w.timesOf("a")).toHaveLength(2)
})
test("a stream that ends is begun again", async () => {
  const w = watched([fact("a", 60_000)], [journal])
  await w.clock.sleep(1_000)
  w.streams[0]?.end()
  await w.clock.sleep(5_000)
  expect(w.streams).toHaveLength(2)
  w.streams[1]?.say("a")
  await w.clock.sleep(500)
  expect(w.timesOf("a")).toHaveLength(2)
})
test("an answer to a question from before a command began decides nothing; the next one does", async () => {
  const w = watched([fact("a", 60_000)])
  await w.watch.readNow()
  const under = w.watch.readNow()
  await w.clock.sleep(READ_TAKES_MS / 2)
  w.store.outdate("c", "h1", "a")
  await under
  expect(w.store.reading("c", "h1", "a")).toEqual({ state: "unknown" })
  await w.watch.readNow()
  expect(w.store.reading("c", "h1", "a")).toMatchObject({ state: "fresh" })
})
test("everything is read at once without what is read aside: that would hold up the rest", async () => {
  const w = watched([fact("table", 60_000), fact("rates", 60_000, { isAside: true })])
  await w.clock.sleep(1_000)
  await w.watch.readNow()
  expect(w.reads.map(({ names }) => names.join(" "))).toEqual(["table", "table"])
  expect(w.asides).toHaveLength(1)
})
test("a reading asked for waits for the one under way, has what is true then, and is never beside it", async () => {
  const w = watched([fact("a", 60_000), fact("b", 60_000)])
  await w.clock.sleep(READ_TAKES_MS / 2)
  w.world.answer = () => "new"
  await Promise.all([w.watch.readNow(["a"]), w.watch.readNow(["b"]), w.watch.readNow(["none"])])
  expect([w.get("a")?.value, w.get("b")?.value, w.world.inFlightMax]).toEqual(["new", "new", 1])
  expect(w.reads.map(({ names }) => names.join(" "))).toEqual(["a b", "a", "b"])
})
test("a reading asked for on a silent node ends as well, and puts nothing off", async () => {
  const w = watched([fact("a", 5_000)])
  await w.watch.readNow()
  w.world.isSilent = true
  await w.watch.readNow()
  expect(w.get("a")).toMatchObject({ value: "read a", error: "no answer" })
})
test("new definitions are read at once, what is gone is forgotten, and its stream ends", async () => {
  const w = watched([fact("a", 60_000)], [journal])
  await w.clock.sleep(1_000)
  w.world.facts = [fact("b", 60_000)]
  w.watch.redefine()
  await w.clock.sleep(1_000)
  expect([w.get("a"), w.get("b")?.value]).toEqual([undefined, "read b"])
  expect(w.timesOf("b")).toEqual([1_000])
  expect(w.streams.map(({ isEnded }) => isEnded())).toEqual([true, false])
})
test("with nothing to read it waits, and finds what is defined later", async () => {
  const w = watched([])
  await w.clock.sleep(20_000)
  w.world.facts = [fact("a", 60_000)]
  await w.clock.sleep(6_000)
  expect(w.timesOf("a")).toHaveLength(1)
})
test("a stopped watch asks nothing more, and its streams end", async () => {
  const w = watched([fact("a", 1_000)], [journal])
  await w.clock.sleep(500)
  w.watch.stop()
  const before = w.reads.length
  await w.clock.sleep(60_000)
  expect(w.reads).toHaveLength(before)
  expect(w.streams.map(({ isEnded }) => isEnded())).toEqual([true])
})
