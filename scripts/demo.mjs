#!/usr/bin/env node
// From a clone to a running panel with a simulated cluster: `npm run demo`. With `-- --check` it asks it a question and stops.
import { spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import fs from "node:fs"
import path from "node:path"
import { checkNode, explain, install, isPortFree } from "./lib/checks.mjs"
import { Failed, say } from "./lib/run.mjs"

const START_PATIENCE_MS = 60_000
const isCheck = process.argv.includes("--check")
const host = process.env.MOYAI_HOST ?? "127.0.0.1"
const port = Number(process.env.MOYAI_PORT ?? 3636)
const dataDir = process.env.MOYAI_DATA ?? path.join("data", "demo")

/** Made once for each data directory, for nobody should have to guess it, nor share it. */
function demoPassword() {
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = path.join(dataDir, "password")
  if (!fs.existsSync(file)) fs.writeFileSync(file, randomBytes(9).toString("base64url"), { mode: 0o600 })
  return fs.readFileSync(file, "utf8").trim()
}
async function answers(url, child) {
  const untilMs = Date.now() + START_PATIENCE_MS
  while (Date.now() < untilMs && child.exitCode === null) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return response
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Failed(child.exitCode === null ? `the panel did not answer at ${url} in ${START_PATIENCE_MS / 1000} s` : "the panel ended at its start: see the lines above")
}
async function check(address, child) {
  const health = await (await answers(`${address}/healthz`, child)).json()
  const page = await fetch(`${address}/login`)
  const html = await page.text()
  if (!page.ok || !html.includes("Moyai")) throw new Failed(`the login page answered ${page.status}`)
  say(`check: /healthz says ${JSON.stringify(health)}; the login page has ${html.length} bytes`)
}
async function main() {
  checkNode()
  await install()
  const { build } = await import("./build.mjs")
  await build()
  if (!(await isPortFree(host, port))) throw new Failed(`port ${port} is taken: end what listens there, or choose another one with MOYAI_PORT=3700 npm run demo`)
  const password = demoPassword()
  const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", MOYAI_DEMO: "1", MOYAI_DEMO_PASSWORD: password, MOYAI_DATA: dataDir, MOYAI_HOST: host, MOYAI_PORT: String(port), MOYAI_LOG_LEVEL: process.env.MOYAI_LOG_LEVEL ?? "warn" }
  const child = spawn(process.execPath, ["dist/server.mjs"], { stdio: "inherit", env })
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal))
  child.on("exit", (code) => process.exit(isCheck && process.exitCode === 0 ? 0 : (code ?? 1)))
  const address = `http://${host}:${port}`
  try {
    await answers(`${address}/healthz`, child)
    if (isCheck) {
      await check(address, child)
      process.exitCode = 0
      child.kill("SIGTERM")
      return
    }
  } catch (error) {
    child.kill("SIGTERM")
    throw error
  }
  console.log(`\n  Moyai with a simulated cluster of three nodes:  ${address}\n\n  user      admin\n  password  ${password}\n\n  Ctrl-C ends it.\n`)
}
await main().catch(explain)
