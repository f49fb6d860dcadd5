import { spawn } from "node:child_process"
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Lab } from "./lab"

/** Of the power switch, on the bridge of every lab: `cutFrom(node, "panel")` leaves it in reach of both, `cutPanel` does not. */
export const POWER_ADDRESS = "10.77.0.9"
export const POWER_PASSWORD = "moyai-lab-power"
const POWER_PORT = 2300 // fence_lab knows it too
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

export type PowerLogEntry = {
  readonly atMs: number
  /** "on", "off", "status" or "monitor". */
  readonly op: string
  readonly plug: string
  readonly from: string
  readonly answer: string
}
export type Power = {
  /** The fence agent, on this machine. It takes ip, plug, password and delay. */
  readonly agentPath: string
  /** What fence_lab needs for that node; the password is a secret. */
  readonly paramsOf: (node: string) => Readonly<Record<string, string>>
  /** Puts the agent on a node too, as /usr/sbin/fence_lab. */
  readonly install: (node: string) => Promise<void>
  /** The truth, whatever the switch says. */
  readonly isOn: (node: string) => Promise<boolean>
  /** By hand, past the switch. */
  readonly cut: (node: string) => Promise<void>
  /** By hand, until the node answers ssh. */
  readonly restore: (node: string) => Promise<void>
  /** From now on it answers errors. */
  readonly break: () => void
  /** From now on it takes connections and answers nothing. */
  readonly hang: () => void
  /** From now on it says that it cut the power, does nothing, and says off when asked. */
  readonly lie: () => void
  /** It works again, and tells the truth. */
  readonly mend: () => void
  readonly log: () => readonly PowerLogEntry[]
  readonly end: () => Promise<void>
}

/** The lab's power switch, which really cuts power and boots. It ends with this process at the latest. */
export async function startPower(lab: Lab): Promise<Power> {
  const folder = join(lab.place, "power")
  const agentPath = join(folder, "fence_lab")
  const setMode = (mode: "working" | "broken" | "hanging" | "lying") => writeFileSync(join(folder, "mode"), mode)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  copyFileSync(here("fence_lab"), agentPath)
  setMode("working")
  const argv = ["--import", "tsx", here("power-server.ts"), lab.name, folder, POWER_ADDRESS, String(POWER_PORT), POWER_PASSWORD]
  const server = spawn("nsenter", [`--net=/run/netns/${lab.name}-net`, "--", process.execPath, ...argv], {
    stdio: ["pipe", "pipe", "inherit"],
  })
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()))
  await new Promise<void>((resolve, reject) => {
    server.stdout.once("data", () => resolve())
    server.once("error", reject)
    server.once("exit", (code) => reject(new Error(`the power switch ended with exit code ${code} before it was ready`)))
  })
  const script = readFileSync(agentPath).toString("base64")
  return {
    agentPath,
    paramsOf: (plug) => ({ ip: POWER_ADDRESS, plug, password: POWER_PASSWORD }),
    install: async (node) => {
      await lab.exec(node, "sh", "-c", `echo ${script} | base64 -d >/usr/sbin/fence_lab && chmod 755 /usr/sbin/fence_lab`)
    },
    isOn: lab.isOn,
    cut: lab.powerOff,
    restore: lab.powerOn,
    break: () => setMode("broken"),
    hang: () => setMode("hanging"),
    lie: () => setMode("lying"),
    mend: () => setMode("working"),
    log: () => {
      const file = join(folder, "log")
      const lines = existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : []
      return lines.map((line): PowerLogEntry => JSON.parse(line))
    },
    end: () => {
      server.stdin.end()
      return ended
    },
  }
}
