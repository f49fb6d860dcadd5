// What `npm test` runs, in this order. A stage throws Skipped with its reason where it cannot run.
import fs from "node:fs"
import { build, generate } from "../build.mjs"
import { debianPackages } from "./apt.mjs"
import { install } from "./checks.mjs"
import { Failed, run, say } from "./run.mjs"

export class Skipped extends Error {}
const skipIf = (why) => {
  if (why !== undefined) throw new Skipped(why)
}
/** What a step failed with, for one that is done without. */
const failure = (error) => {
  if (error.constructor !== Failed) throw error
  return error.message.split("\n")[0]
}
const shown = { isShown: true }
const CHROMIUM = "/usr/bin/chromium"
const BROWSER = ["chromium", "fonts-noto-cjk"]
/** An sshd and shells of several kinds; what directors and real servers are driven by, for their scripts are run as they are. */
const UNIT = [
  ...["openssh-server", "openssh-client", "sudo", "tcsh", "fish", "busybox"],
  ...["iproute2", "iputils-ping", "iputils-arping", "nftables", "keepalived"],
]
const NODE_22 = ".cache/node22"

/** One failure does not hide the next: all are run. @throws Failed that names those which failed, with what they printed last */
async function all(...steps) {
  const failed = []
  for (const step of steps)
    await run(step[0], step[1], step.slice(2), shown).catch((error) => {
      if (error.constructor !== Failed) throw error
      failed.push({ what: step[0], last: error.last })
    })
  if (failed.length === 0) return
  const error = new Failed(failed.map(({ what }) => what).join(", "))
  error.last = failed
    .map(({ last }) => last)
    .filter(Boolean)
    .join("\n")
  throw error
}

export const stages = {
  setup: async () => {
    await install()
    await generate()
  },
  check: () =>
    all(
      ["Biome", "npx", "biome", "check", "--error-on-warnings", "."],
      ["TypeScript", "npx", "tsc", "--noEmit"],
      ["knip", "npx", "knip"],
      ["migrations against the schema", process.execPath, "scripts/db.mjs", "drift"],
    ),
  unit: async () => {
    const why = await debianPackages(UNIT)
    if (why) say(`unit: the tests against real programs (sshd, keepalived, nft) are skipped: ${why}`)
    // Histories of the nemesis have a stage of their own.
    await all(["unit tests", "npx", "vitest", "run", "--exclude", "e2e/nemesis/**"])
  },
  node22: async () => {
    const node = `${NODE_22}/node_modules/node/bin/node`
    if (!fs.existsSync(node))
      await run("Node 22: installing", "npm", ["install", "--prefix", NODE_22, "--no-save", "--no-audit", "--no-fund", "node@22"]).catch(
        (error) => {
          throw new Skipped(`Node 22 cannot be installed here: ${error.message}`)
        },
      )
    await all([
      "the quick part on Node 22",
      node,
      "node_modules/vitest/vitest.mjs",
      "run",
      "lib/domain",
      "lib/db",
      "lib/auth",
      "lib/jobs",
      "lib/server",
      "agents",
    ])
  },
  nemesis: () =>
    all(["random histories on the simulated cluster", "npx", "vitest", "run", "e2e/nemesis", "--config", "e2e/nemesis/vitest.config.ts"]),
  build,
  panel: async () => {
    await build()
    await all(["the built panel as a process", "npx", "vitest", "run", "--config", "e2e/panel/vitest.config.ts"])
  },
  browser: async () => {
    await build()
    skipIf(await debianPackages(BROWSER))
    skipIf(fs.existsSync(CHROMIUM) ? undefined : `${CHROMIUM} is not there`)
    await all(["in the browser, against the built panel", "npx", "playwright", "test", "--project=browser"])
  },
  lab: async () => {
    await build()
    const { ipvsPackages, packages, whyNotLab } = await import("../../e2e/lab/can-run.mjs")
    skipIf(whyNotLab())
    skipIf(await debianPackages([...packages, ...BROWSER]))
    const why = await debianPackages(ipvsPackages).catch(failure)
    if (why) say(`lab: the tests on nodes with IPVS are skipped: ${why}`)
    await all(["the panel and three real nodes", process.execPath, "--import", "tsx", "e2e/lab/run.ts"])
  },
}
