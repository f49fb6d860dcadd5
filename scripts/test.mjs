#!/usr/bin/env node
// Sets up and runs every test: `npm test`. `npm test -- check unit` runs only the stages named (and the set-up that they need).
import { atRoot } from "./lib/checks.mjs"
import { explain, Failed, Interrupted } from "./lib/run.mjs"
import { Skipped, stages } from "./lib/stages.mjs"

function wanted(words) {
  const unknown = words.find((word) => !(word in stages))
  if (unknown) throw new Failed(`no stage is called ${unknown}; there are: ${Object.keys(stages).join(", ")}`)
  return Object.keys(stages).filter((name) => words.length === 0 || name === "setup" || words.includes(name))
}
async function outcomeOf(act) {
  try {
    await act()
    return { result: "passed", why: "" }
  } catch (error) {
    if (error instanceof Interrupted) throw error
    if (error instanceof Skipped) return { result: "SKIPPED", why: error.message }
    if (!(error instanceof Failed)) console.error(error)
    return { result: "FAILED", why: error.message.split("\n")[0], last: error.last }
  }
}
async function main() {
  atRoot()
  process.env.MOYAI_TESTS_BEGAN_MS ??= String(Date.now()) // e2e/lab/run.ts looks at what time is left
  const rows = []
  for (const name of wanted(process.argv.slice(2).filter((word) => !word.startsWith("-")))) {
    console.log(`\nmoyai: ===== ${name} =====`)
    const fromMs = Date.now()
    const outcome = await outcomeOf(stages[name])
    rows.push({ name, ...outcome, seconds: (Date.now() - fromMs) / 1000 })
    if (name === "setup" && outcome.result === "FAILED") break // nothing else could run
  }
  const line = ({ name, result, why, seconds }) =>
    `  ${name.padEnd(8)} ${result.padEnd(8)} ${seconds.toFixed(0).padStart(5)} s  ${why}`.trimEnd()
  for (const { name, last } of rows) if (last) console.log(`\nmoyai: the last lines of ${name}, which failed:\n${last}`)
  const totalSeconds = rows.reduce((sum, { seconds }) => sum + seconds, 0)
  console.log(`\nmoyai: the stages, ${totalSeconds.toFixed(0)} s in all\n${rows.map(line).join("\n")}`)
  process.exit(rows.some(({ result }) => result === "FAILED") ? 1 : 0)
}
await main().catch(explain)
