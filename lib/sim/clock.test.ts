import { expect, test } from "vitest"
import { pacedClock, patientClock, simulatedClock, virtualClock } from "./clock"

test("time passes only when somebody sleeps, and then at once", async () => {
  const clock = simulatedClock(1_000)
  const startMs = performance.now()
  await clock.sleep(3_600_000)
  expect(clock.nowMs()).toBe(3_601_000)
  expect(performance.now() - startMs).toBeLessThan(500)
})
test("two who sleep wake in the order of their times, not of their calls", async () => {
  const clock = simulatedClock()
  const log: string[] = []
  const sleeper = async (name: string, everyMs: number) => {
    for (let i = 0; i < 3; i++) {
      await clock.sleep(everyMs)
      log.push(`${name} ${clock.nowMs()}`)
    }
  }
  await Promise.all([sleeper("slow", 100), sleeper("quick", 30)])
  expect(log).toEqual(["quick 30", "quick 60", "quick 90", "slow 100", "slow 200", "slow 300"])
})
test("what is due ends in the meantime, unless it was called off; it alone makes no time pass", async () => {
  const clock = simulatedClock()
  const log: number[] = []
  clock.after(20, () => log.push(clock.nowMs()))
  clock.after(10, () => log.push(clock.nowMs()))()
  clock.after(50, () => log.push(clock.nowMs()))
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(clock.nowMs()).toBe(0)
  await clock.sleep(40)
  expect(log).toEqual([20])
})
test.each([
  ["simulated", simulatedClock],
  ["paced", () => pacedClock(1)],
])("a %s sleep ends when it is aborted", async (_, make) => {
  const clock = make()
  const aborter = new AbortController()
  const beforeMs = clock.nowMs()
  const sleep = clock.sleep(1e9, AbortSignal.any([aborter.signal]))
  aborter.abort()
  await sleep
  await clock.sleep(1e9, aborter.signal)
  expect(clock.nowMs() - beforeMs).toBeLessThan(5_000)
})
test("a paced clock goes as many times faster", async () => {
  const clock = pacedClock(100)
  const beforeMs = clock.nowMs()
  await clock.sleep(2_000)
  // Real timers end up to a millisecond early by the other clock, and both count whole ones: 100 ms of its time each.
  expect(clock.nowMs() - beforeMs).toBeGreaterThanOrEqual(1_800)
})
test("a patient clock makes nobody late while its machine is busy with something else", async () => {
  const clock = patientClock(100)
  const fromMs = clock.nowMs()
  const woken: number[] = []
  const sleeper = async (everyMs: number) => {
    for (let i = 0; i < 20; i++) {
      await clock.sleep(everyMs)
      woken.push(clock.nowMs() - fromMs)
      const untilMs = performance.now() + 5
      while (performance.now() < untilMs); // half a second of its time
    }
  }
  await Promise.all([sleeper(30), sleeper(70)])
  const times = Array.from({ length: 20 }, (_, i) => [(i + 1) * 30, (i + 1) * 70]).flat()
  expect(woken).toEqual(times.sort((a, b) => a - b))
})
test("virtual time passes only when it is told to, to the millisecond, and wakes in the order of the times", async () => {
  const clock = virtualClock(1_000)
  const log: string[] = []
  const sleeper = async (name: string, everyMs: number) => {
    for (let i = 0; i < 3; i++) {
      await clock.sleep(everyMs)
      log.push(`${name} ${clock.nowMs()}`)
    }
  }
  const both = Promise.all([sleeper("slow", 100), sleeper("quick", 30)])
  await clock.settle()
  expect([clock.nowMs(), log]).toEqual([1_000, []])
  await clock.advance(60)
  expect([clock.nowMs(), log]).toEqual([1_060, ["quick 1030", "quick 1060"]])
  await clock.advance(500)
  await both
  expect([clock.nowMs(), log.slice(2)]).toEqual([1_560, ["quick 1090", "slow 1100", "slow 1200", "slow 1300"]])
})
test("what is due on the virtual clock can be called off, and a sleep that is aborted ends without time passing", async () => {
  const clock = virtualClock()
  const aborter = new AbortController()
  const log: number[] = []
  clock.after(10, () => log.push(clock.nowMs()))()
  clock.after(20, () => log.push(clock.nowMs()))
  const sleep = clock.sleep(1e9, aborter.signal)
  aborter.abort()
  await sleep
  await clock.sleep(1e9, aborter.signal)
  expect(clock.nowMs()).toBe(0)
  await clock.advance(30)
  expect(log).toEqual([20])
})
test("virtual time waits for whom it is told is busy, however many turns of the event loop that takes", async () => {
  let isBusy = false
  const clock = virtualClock(0, () => isBusy)
  const log: string[] = []
  clock.after(10, () => {
    isBusy = true
    setTimeout(() => {
      isBusy = false
      log.push(`answered at ${clock.nowMs()}`)
    }, 20)
  })
  clock.after(11, () => log.push(`next at ${clock.nowMs()}`))
  await clock.advance(20)
  expect(log).toEqual(["answered at 10", "next at 11"])
})
