#!/usr/bin/env node
// The panel for real use: `npm start`. It installs and builds what is not up to date; the panel itself migrates its database.
import { build } from "./build.mjs"
import { atRoot, checkPort, install } from "./lib/checks.mjs"
import { startPanel } from "./lib/panel.mjs"
import { explain } from "./lib/run.mjs"

async function main() {
  atRoot()
  await checkPort(process.env.MOYAI_HOST ?? "127.0.0.1", process.env.MOYAI_PORT ?? "3636", "npm start")
  await install()
  await build()
  process.exit(await startPanel(process.env).ended)
}
await main().catch(explain)
