import { expect, test } from "vitest"
import { history } from "./history"

/** How many histories, and from which seed: a failure names its own, and MOYAI_SEED=… MOYAI_HISTORIES=1 repeats it. */
const HISTORIES = Number(process.env.MOYAI_HISTORIES ?? 40)
/** After so many minutes none is begun any more: a slow machine plays fewer, and says so. */
const MINUTES = Number(process.env.MOYAI_HISTORIES_MINUTES ?? Number.POSITIVE_INFINITY)
/** So many failed histories are told with their log. */
const TOLD = 3
const FIRST = Number(process.env.MOYAI_SEED ?? 1)

/** One of two halves: a file each, so that two cores have something to do. */
export function nemesis(half: 0 | 1) {
  const seeds = Array.from({ length: HISTORIES }, (_, i) => FIRST + i).filter((seed) => seed % 2 === half)
  test.skipIf(seeds.length === 0)(
    `random histories, ${seeds.length} at most, from seed ${FIRST}: nothing on two nodes, no command twice, every job over or waiting, no state a lie`,
    { timeout: 3_600_000 },
    async () => {
      let [played, jobs, commands] = [0, 0, 0]
      const failed: string[] = []
      const untilMs = Date.now() + MINUTES * 60_000
      for (const seed of seeds) {
        if (Date.now() > untilMs) break
        played += 1
        const { faults, log, ...counts } = await history(seed)
        jobs += counts.jobs
        commands += counts.commands
        if (faults.length === 0) continue
        failed.push(`MOYAI_SEED=${seed} MOYAI_HISTORIES=1: ${faults.join("; ")}`)
        if (failed.length <= TOLD) console.log(`${failed.at(-1)}\n${log.join("\n")}`)
      }
      if (played < seeds.length) console.log(`only ${played} of ${seeds.length} histories: ${MINUTES} minutes were over`)
      console.log(`${played} histories from seed ${FIRST}: ${jobs} jobs, ${commands} commands, ${failed.length} failed`)
      expect(failed).toEqual([])
    },
  )
}
