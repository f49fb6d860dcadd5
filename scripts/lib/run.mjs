// Runs a program and says so; what it prints is shown only when it fails, or asked for.
import { spawn } from "node:child_process"

export const say = (text) => console.log(`moyai: ${text}`)
export class Failed extends Error {}
const KEPT_LINES = 60

export function run(what, command, args, { env = {}, cwd, isShown = false, timeoutMs } = {}) {
  const fromMs = Date.now()
  say(`${what} …`)
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", CI: process.env.CI ?? "1", ...env },
      stdio: isShown ? "inherit" : ["ignore", "pipe", "pipe"],
      ...(timeoutMs ? { timeout: timeoutMs } : {}),
    })
    let lines = []
    const keep = (chunk) => {
      lines = [...lines, ...chunk.toString().split("\n")].slice(-KEPT_LINES)
    }
    child.stdout?.on("data", keep)
    child.stderr?.on("data", keep)
    child.on("error", (error) => reject(new Failed(`${command} cannot be started: ${error.message}`)))
    child.on("close", (code, signal) => {
      const seconds = ((Date.now() - fromMs) / 1000).toFixed(1)
      if (code === 0) {
        say(`${what}: done in ${seconds} s`)
        return resolve(lines.join("\n"))
      }
      if (!isShown) console.error(lines.join("\n"))
      reject(new Failed(`${what}: \`${[command, ...args].join(" ")}\` ended with ${signal ?? code} after ${seconds} s`))
    })
  })
}
