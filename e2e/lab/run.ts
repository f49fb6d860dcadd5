import { spawnSync } from "node:child_process"
import { LAB_NAME, leftOf, startLab } from "./lab"

/** Starts the lab, runs each command inside its management namespace, takes it down, and looks that nothing is left. */
const commands = [
  ["npx", "vitest", "run", "--config", "e2e/lab/vitest.config.ts"],
  ["npx", "playwright", "test", "--project=lab"],
]
const wanted = process.argv.slice(2)
const fromMs = Date.now()
const lab = await startLab()
console.log(`lab: ${lab.nodes.length} nodes answer ssh after ${Date.now() - fromMs} ms`)
let isOk = true
try {
  for (const command of wanted.length > 0 ? [wanted] : commands) {
    const [first = "", ...rest] = lab.inMgmt(...command)
    const { status } = spawnSync(first, rest, { stdio: "inherit" })
    isOk = isOk && status === 0
  }
} finally {
  await lab.down()
  const left = leftOf(LAB_NAME)
  if (left.length > 0) {
    console.error(`lab: left behind: ${left.join(", ")}`)
    isOk = false
  }
}
process.exit(isOk ? 0 : 1)
