import { spawnSync } from "node:child_process"
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
function succeeds(argv: readonly string[]): boolean {
  const [first = "", ...rest] = argv
  return spawnSync(first, rest, { stdio: "inherit" }).status === 0
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
/** Those nodes are reached at 127.0.0.1 of this machine, not of the management namespace. */
function screenOnIpvs(): boolean {
  const why = whyNotIpvs()
  if (why !== undefined) console.log(`virtual servers through the screen (skipped: ${why})`)
  return why !== undefined || succeeds(["npx", "playwright", "test", "--project=ipvs"])
}
let isOk = wanted.length > 0 || succeeds([...VITEST, ...OWN])
if (wanted.length === 0) isOk = screenOnIpvs() && isOk
const fromMs = Date.now()
const lab = await startLab()
console.log(`lab: ${lab.nodes.length} nodes answer ssh after ${Date.now() - fromMs} ms`)
try {
  for (const command of wanted.length > 0 ? [wanted] : commands) isOk = succeeds(lab.inMgmt(...command)) && isOk
} finally {
  await lab.down()
}
process.exit(isOk ? 0 : 1)
