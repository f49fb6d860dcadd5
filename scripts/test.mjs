#!/usr/bin/env node
// Sets up and runs every test: `npm test`. `npm test -- check unit` runs only the stages named.
import fs from "node:fs"
import { checkNode, debianPackages, explain, install } from "./lib/checks.mjs"
import { Failed, run, say } from "./lib/run.mjs"

const shown = { isShown: true }
const CHROMIUM = "/usr/bin/chromium"
const BROWSER_PACKAGES = ["chromium", "fonts-noto-cjk"]
class Skipped extends Error {}
const skipUnless = (why) => {
  if (why !== undefined) throw new Skipped(why)
}

const stages = {
  setup: async () => {
    await install()
    const { generate } = await import("./build.mjs")
    await generate()
  },
  check: async () => {
    await run("Biome", "npx", ["biome", "check", "--error-on-warnings", "."], shown)
    await run("TypeScript", "npx", ["tsc", "--noEmit"], shown)
    await run("knip", "npx", ["knip"], shown)
    await run("migrations against the schema", "node", ["scripts/db.mjs", "drift"], shown)
  },
  unit: async () => {
    // A real sshd takes part where there can be one.
    const why = await debianPackages(["openssh-server", "openssh-client"])
    if (why) say(`unit: the tests against a real sshd are skipped: ${why}`)
    await run("unit tests", "npx", ["vitest", "run"], shown)
  },
  node22: async () => {
    const dir = ".cache/node22"
    if (!fs.existsSync(`${dir}/node_modules/node/bin/node`))
      await run("Node 22: installing", "npm", ["install", "--prefix", dir, "--no-save", "--no-audit", "--no-fund", "node@22"]).catch((error) => {
        throw new Skipped(`Node 22 cannot be installed here (${error.message})`)
      })
    await run("the quick part on Node 22", `${dir}/node_modules/node/bin/node`, ["node_modules/vitest/vitest.mjs", "run", "lib/domain", "lib/jobs", "agents", "lib/server"], shown)
  },
  build: async () => {
    const { build } = await import("./build.mjs")
    await build()
  },
  browser: async () => {
    skipUnless(await debianPackages(BROWSER_PACKAGES))
    skipUnless(fs.existsSync(CHROMIUM) ? undefined : `${CHROMIUM} is not there`)
    await run("in the browser, against the built panel", "npx", ["playwright", "test", "--project=browser"], shown)
  },
  lab: async () => {
    const { whyNotLab, packages } = await import("../e2e/lab/can-run.mjs")
    skipUnless(whyNotLab())
    skipUnless(await debianPackages([...packages, ...BROWSER_PACKAGES]))
    await run("the lab itself", "npx", ["vitest", "run", "--config", "e2e/lab/vitest.config.ts"], shown)
    await run("the panel on real nodes", "npx", ["playwright", "test", "--project=lab"], shown)
  },
}

async function main() {
  checkNode()
  const words = process.argv.slice(2).filter((word) => !word.startsWith("-"))
  const unknown = words.find((word) => !(word in stages))
  if (unknown) throw new Failed(`no stage is called ${unknown}; there are: ${Object.keys(stages).join(", ")}`)
  const rows = []
  for (const [name, act] of Object.entries(stages)) {
    if (words.length > 0 && !words.includes(name)) continue
    const fromMs = Date.now()
    let [result, why] = ["passed", ""]
    try {
      await act()
    } catch (error) {
      if (!(error instanceof Skipped) && !(error instanceof Failed)) throw error
      result = error instanceof Skipped ? "SKIPPED" : "FAILED"
      why = error.message
    }
    rows.push({ name, result, why, seconds: (Date.now() - fromMs) / 1000 })
    if (name === "setup" && result === "FAILED") break
  }
  console.log("\nmoyai: stages")
  for (const { name, result, why, seconds } of rows) console.log(`  ${name.padEnd(8)} ${result.padEnd(8)} ${seconds.toFixed(0).padStart(5)} s  ${why}`)
  if (rows.some(({ result }) => result === "FAILED")) process.exit(1)
}
await main().catch(explain)
