import { execFile } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Lab } from "./lab"

/** What is run on a node, over ssh. With a name it becomes a fixture, without one it only prepares the next. */
export type Step = {
  readonly name?: string
  readonly command: string
  /** root by key; admin likewise, the command says sudo itself; guest may not use sudo. */
  readonly as?: "root" | "admin" | "guest"
  readonly node?: string
  /** Run as root, one after the other, while `command` runs. */
  readonly meanwhile?: readonly string[]
}
type Result = { readonly exitCode: number; readonly stdout: string; readonly stderr: string }
const OUTPUT_MAX = 16 * 1024 * 1024
const FOLLOWER_READY_MS = 700

function runner(lab: Lab) {
  const options = ["StrictHostKeyChecking=yes", `UserKnownHostsFile=${lab.knownHostsFile}`, "LogLevel=ERROR", "BatchMode=yes"]
  return (node: string, user: string, command: string): Promise<Result> => {
    const target = lab.nodes.find(({ name }) => name === node)
    if (!target) throw new Error(`there is no node ${node}`)
    const ssh = ["ssh", "-F", "/dev/null", "-i", lab.controlKeyFile, ...options.flatMap((option) => ["-o", option])]
    const [first = "", ...rest] = lab.inMgmt(...ssh, `${user}@${target.address}`, command)
    return new Promise((done) => {
      execFile(first, rest, { maxBuffer: OUTPUT_MAX }, (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : 255
        done({ exitCode, stdout, stderr })
      })
    })
  }
}
/** Besides root's key: admin takes it too, and guest is a user without sudo. */
const LET_IN = `useradd -m -s /bin/sh guest 2>/dev/null
for user in admin guest; do install -d -m 700 -o $user -g $user /home/$user/.ssh && install -m 600 -o $user -g $user /root/.ssh/authorized_keys /home/$user/.ssh/authorized_keys; done`

/** Runs the steps in order and writes NAME.cmd, .out, .err and .rc: the command as it was, what it said, how it ended. */
export async function capture(lab: Lab, folder: string, steps: readonly Step[], say: (line: string) => void): Promise<void> {
  const run = runner(lab)
  mkdirSync(folder, { recursive: true })
  for (const { name: node } of lab.nodes) await run(node, "root", LET_IN)
  for (const { name, command, as = "root", node = "h1", meanwhile = [] } of steps) {
    const running = run(node, as, command)
    if (meanwhile.length > 0) await new Promise((done) => setTimeout(done, FOLLOWER_READY_MS))
    for (const other of meanwhile) await run(node, "root", other)
    const { exitCode, stdout, stderr } = await running
    if (name === undefined) {
      if (exitCode !== 0) say(`a preparation ended with ${exitCode}: ${command}: ${stderr.trim()}`)
      continue
    }
    const parts = { cmd: `${command}\n`, out: stdout, err: stderr, rc: `${exitCode}\n` }
    for (const [part, text] of Object.entries(parts)) writeFileSync(join(folder, `${name}.${part}`), text)
    say(`${String(exitCode).padStart(3)}  ${name}`)
  }
}
