#!/usr/bin/env node
// From a clone to a running panel with a simulated cluster: `npm run demo`. With `-- --check` it is asked over HTTP, and stopped.
import { randomBytes } from "node:crypto"
import fs from "node:fs"
import path from "node:path"
import { build } from "./build.mjs"
import { ask } from "./lib/ask.mjs"
import { atRoot, checkPort, install } from "./lib/checks.mjs"
import { startPanel, untilHealthy } from "./lib/panel.mjs"
import { explain } from "./lib/run.mjs"

/** Made once for each data directory: nobody can guess it, and no two demos share it. */
function demoPassword(dataDir) {
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = path.join(dataDir, "password")
  if (!fs.existsSync(file)) fs.writeFileSync(file, randomBytes(12).toString("base64url"), { mode: 0o600 })
  return fs.readFileSync(file, "utf8").trim()
}
/** Its own directory and key, so that a demo never writes into a real panel's database. */
function settings() {
  const { MOYAI_HOST = "127.0.0.1", MOYAI_PORT = "3636", MOYAI_DATA = "data", MOYAI_LOG_LEVEL = "warn" } = process.env
  const dataDir = path.join(MOYAI_DATA, "demo")
  const password = demoPassword(dataDir)
  const { MOYAI_KEY_FILE: _, ...others } = process.env
  return { ...others, MOYAI_DEMO: "1", MOYAI_DEMO_PASSWORD: password, MOYAI_DATA: dataDir, MOYAI_HOST, MOYAI_PORT, MOYAI_LOG_LEVEL }
}
async function main() {
  atRoot()
  const { MOYAI_HOST: host = "127.0.0.1", MOYAI_PORT: port = "3636" } = process.env
  await checkPort(host, port, "npm run demo")
  await install()
  await build()
  const env = settings()
  const address = `http://${host.includes(":") ? `[${host}]` : host}:${port}`
  const panel = startPanel(env)
  try {
    await untilHealthy(address, panel)
    if (process.argv.includes("--check")) {
      await ask(address)
      process.exit(await panel.stop())
    }
  } catch (error) {
    await panel.stop()
    throw error
  }
  console.log(
    `\n  Moyai with a simulated cluster:  ${address}\n\n  user      admin\n  password  ${env.MOYAI_DEMO_PASSWORD}\n\n  Ctrl-C ends it.\n`,
  )
  process.exit(await panel.ended)
}
await main().catch(explain)
