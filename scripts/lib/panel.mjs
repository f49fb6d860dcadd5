// The built panel as a process of its own.
import { spawn } from "node:child_process"
import os from "node:os"
import { Failed } from "./run.mjs"

const PATIENCE_MS = 60_000
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"]

/** Signals go on to it. `ended` resolves with its exit code, or 128 + the signal that ended it, as a shell has it. */
export function startPanel(env) {
  const child = spawn(process.execPath, ["--enable-source-maps", "dist/server.mjs"], {
    stdio: "inherit",
    env: { ...env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
  })
  const ended = new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Failed(`the panel cannot be started: ${error.message}`)))
    child.once("exit", (code, signal) => resolve(code ?? 128 + os.constants.signals[signal]))
  })
  let isOver = false
  ended
    .finally(() => {
      isOver = true
    })
    .catch(() => undefined)
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal))
  const stop = () => {
    child.kill("SIGTERM")
    return ended
  }
  return { ended, stop, isOver: () => isOver }
}

/** @throws Failed when it ends, or says nothing for a minute */
export async function untilHealthy(address, panel) {
  const giveUpMs = Date.now() + PATIENCE_MS
  while (!panel.isOver()) {
    const response = await fetch(`${address}/healthz`).catch(() => undefined)
    if (response?.ok) return response.json()
    if (Date.now() > giveUpMs) throw new Failed(`the panel does not answer at ${address}/healthz after ${PATIENCE_MS / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Failed("the panel ended while it started: the lines above say why")
}
