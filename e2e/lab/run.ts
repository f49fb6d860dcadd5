import { Failed, run } from "../../scripts/lib/run.mjs"
import { whyNotDriven, whyNotIpvs } from "./can-run.mjs"
import { makeIpvsImage } from "./ipvs-image"
import { startIpvsLab } from "./ipvs-lab"
import { startLab } from "./lab"

/**
 * The lab's own guarantees first, in labs of their own, and the screen on nodes with IPVS; then the lab is started, each command is
 * run inside its management namespace, and it is taken down. With arguments: only that command, inside.
 */
const VITEST = ["npx", "vitest", "run", "--config", "e2e/lab/vitest.config.ts"]
const OWN = ["e2e/lab/lab.test.ts", "e2e/lab/fence-agents.test.ts", "e2e/lab/ipvs.test.ts"]
const commands = [
  [...VITEST, ...OWN.flatMap((file) => ["--exclude", file])],
  ["npx", "playwright", "test", "--project=lab"],
]
/** CI ends what takes longer. */
const CI_MS = 90 * 60_000
/** The rest of the lab (seen: 6 to 7 minutes) and the demo from a clean checkout (1 to 2). */
const TO_COME_MS = 10 * 60_000
/** So many times what five nodes take to come up takes a panel that drives them, in all tests together (seen: 49). */
const UPS = 55
const wanted = process.argv.slice(2)
/** What failed, with its last lines: told again at the end, where somebody looks. */
const failed: Failed[] = []
async function tried(what: string, argv: readonly string[]): Promise<void> {
  const [first = "", ...rest] = argv
  try {
    await run(what, first, rest, { isShown: true })
  } catch (error) {
    if (!(error instanceof Failed)) throw error
    failed.push(error)
  }
}
/** Made before the tests, so that it is seen what takes the time. */
function prepareIpvs(): string {
  const why = whyNotIpvs()
  if (why !== undefined) return `no nodes with IPVS: ${why}`
  const fromMs = Date.now()
  makeIpvsImage()
  return `the machine with IPVS is there after ${Date.now() - fromMs} ms`
}
/** What is told here stands in the report of each test that is skipped. `MOYAI_LAB_SLOW=1` runs them all the same. */
async function measureIpvs() {
  const fromMs = Date.now()
  const nodes = await startIpvsLab({ name: "speed" })
  const ms = Date.now() - fromMs
  await nodes.down()
  const wouldEndMs = Date.now() - Number(process.env.MOYAI_TESTS_BEGAN_MS ?? Date.now()) + UPS * ms + TO_COME_MS
  const isTooLate = wouldEndMs > CI_MS && process.env.MOYAI_LAB_SLOW !== "1"
  const minutes = (of: number) => `${Math.round(of / 60_000)} minutes`
  if (isTooLate)
    process.env.MOYAI_IPVS_TOO_SLOW = `this machine emulates too slowly: five nodes took ${ms} ms to come up, so with a panel that drives them the tests would end ${minutes(wouldEndMs)} after the first test, of the ${minutes(CI_MS)} that CI has`
  console.log(`lab: nodes with IPVS are up after ${ms} ms${isTooLate ? ", which is too slow to drive them in what time is left" : ""}`)
}
/** Those nodes are reached at 127.0.0.1 of this machine, not of the management namespace. */
async function ownLabs() {
  await tried("labs of their own", [...VITEST, ...OWN])
  if (whyNotIpvs() === undefined)
    await measureIpvs().catch((error: unknown) => {
      failed.push(new Failed("nodes with IPVS did not come up to be measured"))
      console.error(error)
    })
  const why = whyNotDriven()
  if (why === undefined) await tried("virtual servers through the screen", ["npx", "playwright", "test", "--project=ipvs"])
  else console.log(`virtual servers through the screen (skipped: ${why})`)
}
if (wanted.length === 0) {
  console.log(`lab: ${prepareIpvs()}`)
  await ownLabs()
}
const fromMs = Date.now()
const lab = await startLab()
console.log(`lab: ${lab.nodes.length} nodes answer ssh after ${Date.now() - fromMs} ms`)
try {
  for (const command of wanted.length > 0 ? [wanted] : commands) await tried(command.slice(1, 3).join(" "), lab.inMgmt(...command))
} finally {
  await lab.down()
}
for (const { message, last } of failed) console.error(`\nlab: ${message}\n${last}`)
process.exit(failed.length === 0 ? 0 : 1)
