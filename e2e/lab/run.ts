import { Failed, run } from "../../scripts/lib/run.mjs"
import { whyNotIpvs } from "./can-run.mjs"
import { makeIpvsImage } from "./ipvs-image"
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
if (wanted.length === 0) console.log(`lab: ${prepareIpvs()}`)
if (wanted.length === 0) await ownLabs()
/** Those nodes are reached at 127.0.0.1 of this machine, not of the management namespace. */
async function ownLabs() {
  await tried("labs of their own", [...VITEST, ...OWN])
  const why = whyNotIpvs()
  if (why === undefined) await tried("virtual servers through the screen", ["npx", "playwright", "test", "--project=ipvs"])
  else console.log(`virtual servers through the screen (skipped: ${why})`)
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
