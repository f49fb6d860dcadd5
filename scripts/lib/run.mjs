// Runs a program and says so; what it prints is shown only when it fails, or when asked for.
import { spawn } from "node:child_process"

export const say = (text) => console.log(`moyai: ${text}`)
/** Something that a person can mend: told in one sentence, without a stack. */
export class Failed extends Error {
  /** What the program printed last, unless a terminal shows it: in a log it is far above by the end. */
  last = ""
}
/** A person pressed Ctrl-C: not to be reported as a failure of the program that was running. */
export class Interrupted extends Failed {}

const KEPT_LINES = 40
const KEPT_COLUMNS = 200
// Nothing that runs here phones home, and nothing waits for an answer from the keyboard.
const QUIET = { NEXT_TELEMETRY_DISABLED: "1", CHECKPOINT_DISABLE: "1", PRISMA_HIDE_UPDATE_MESSAGE: "1", CI: process.env.CI ?? "1" }

/** @returns what it printed last, when that was not shown. @throws Failed with what to do, if that is known */
export function run(what, command, args, { env = {}, isShown = false, advice = "" } = {}) {
  const fromMs = Date.now()
  say(`${what} …`)
  const isTerminal = isShown && process.stdout.isTTY
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...QUIET, ...env },
      stdio: isTerminal ? "inherit" : ["ignore", "pipe", "pipe"],
    })
    const lines = keepLast(child)
    if (isShown) {
      child.stdout?.pipe(process.stdout, { end: false })
      child.stderr?.pipe(process.stderr, { end: false })
    }
    child.on("error", (error) => reject(new Failed(`${command} cannot be started: ${error.message}${advice && `\n${advice}`}`)))
    child.on("close", (code, signal) => {
      const seconds = ((Date.now() - fromMs) / 1000).toFixed(1)
      if (code === 0) {
        say(`${what}: done in ${seconds} s`)
        return resolve(lines().join("\n"))
      }
      if (signal === "SIGINT" || code === 130) return reject(new Interrupted("interrupted"))
      if (!isShown) console.error(`${lines().join("\n")}\n`)
      const ended = `ended with ${signal ?? code} after ${seconds} s`
      const failed = new Failed(`${what}: \`${[command, ...args].join(" ")}\` ${ended}${advice && `\n${advice}`}`)
      failed.last = isShown ? told(lines()) : ""
      reject(failed)
    })
  })
}

const told = (lines) => lines.map((line) => line.slice(0, KEPT_COLUMNS)).join("\n")
function keepLast(child) {
  let text = ""
  const keep = (chunk) => {
    text = (text + chunk).split("\n").slice(-KEPT_LINES).join("\n")
  }
  child.stdout?.on("data", keep)
  child.stderr?.on("data", keep)
  return () => text.trim().split("\n")
}

export function explain(error) {
  if (!(error instanceof Failed)) throw error
  console.error(`\nmoyai: ${error.message}`)
  process.exit(error instanceof Interrupted ? 130 : 1)
}
