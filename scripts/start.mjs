#!/usr/bin/env node
// The panel for real use: `npm start`. Settings: docs/settings.md.
import { spawn } from "node:child_process"
import { checkNode, explain, install } from "./lib/checks.mjs"

async function main() {
  checkNode()
  await install()
  const { build } = await import("./build.mjs")
  await build()
  const child = spawn(process.execPath, ["dist/server.mjs"], { stdio: "inherit", env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" } })
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal))
  child.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
}
await main().catch(explain)
