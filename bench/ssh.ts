import { execFile } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import ssh2 from "ssh2"
import { createPool } from "../lib/node/pool"
import type { Endpoint } from "../lib/node/session"
import { sh } from "../lib/node/sh"
import { startSshd, whyNoSshd } from "../lib/node/sshd.fixture"
import { type Bench, type Figure, inTurn, round } from "./figure"

const exec = promisify(execFile)
type Sshd = Awaited<ReturnType<typeof startSshd>>
const ROUNDS = 15

const bareClient = ({ endpoint: { host, port, user }, privateKey }: Sshd): Promise<ssh2.Client> =>
  new Promise((resolve, reject) => {
    const client = new ssh2.Client()
    client.once("ready", () => {
      client.setNoDelay(true)
      resolve(client)
    })
    client.once("error", reject).connect({ host, port, username: user, privateKey })
  })
const bareTrue = (client: ssh2.Client): Promise<void> =>
  new Promise((resolve, reject) => {
    client.exec("true", (error, channel) => (error ? reject(error) : channel.on("close", () => resolve()).resume()))
  })
function controlMaster(dir: string, { endpoint: { host, port, user }, privateKey }: Sshd, i: number): readonly string[] {
  const key = join(dir, `key${i}`)
  writeFileSync(key, privateKey, { mode: 0o600 })
  const options = [
    "StrictHostKeyChecking=no",
    "UserKnownHostsFile=/dev/null",
    "LogLevel=ERROR",
    "BatchMode=yes",
    "ControlMaster=auto",
    `ControlPath=${join(dir, `c${i}`)}`,
    "ControlPersist=60",
  ]
  return ["-F", "/dev/null", "-i", key, "-p", String(port), ...options.flatMap((o) => ["-o", o]), `${user}@${host}`]
}

async function measure(sshds: readonly Sshd[], dir: string): Promise<readonly Figure[]> {
  const n = sshds.length
  const keys = new Map(sshds.map((s) => [s.endpoint.port, s.privateKey]))
  const pool = createPool({ credential: async ({ port }: Endpoint) => ({ privateKey: keys.get(port) ?? Buffer.alloc(0) }) })
  const sessions = sshds.map(({ endpoint }) => pool.session(endpoint))
  const clients: ssh2.Client[] = []
  for (const sshd of sshds) clients.push(await bareClient(sshd))
  const masters = sshds.map((sshd, i) => controlMaster(dir, sshd, i))
  for (const args of masters) await exec("ssh", [...args, "true"])
  const ways = [
    () => Promise.all(sessions.map((s) => s.run(sh`true`, { timeoutMs: 60_000 }))),
    () => Promise.all(sessions.map((s) => s.read([sh`true`], { timeoutMs: 60_000 }))),
    () => Promise.all(clients.map(bareTrue)),
    () => Promise.all(masters.map((args) => exec("ssh", [...args, "true"]))),
  ]
  for (const way of ways) await way()
  const [run = 0, read = 0, bare = 0, master = 0] = await inTurn(ROUNDS, ways)
  await pool.close()
  for (const client of clients) client.end()
  for (const args of masters) await exec("ssh", ["-O", "exit", ...args]).catch(() => undefined)
  const detail = `${n} sshd: run ${round(run)} ms, read ${round(read)} ms, bare ssh2 ${round(bare)} ms, ControlMaster ${round(master)} ms, medians of ${ROUNDS}`
  const figure = (name: string, value: number, against: string, target: string, met: boolean): Figure => ({
    name: `${name}.${n}`,
    value: round(value),
    unit: "x",
    against,
    target,
    met,
    detail,
  })
  return [
    figure("ssh.run", run / bare, "bare ssh2 with setNoDelay", "<= 1.3", run / bare <= 1.3),
    figure("ssh.read", read / bare, "bare ssh2 with setNoDelay", "<= 1.3", read / bare <= 1.3),
    figure("ssh.run.faster", master / run, "OpenSSH with ControlMaster", ">= 5", master / run >= 5),
    figure("ssh.read.faster", master / read, "OpenSSH with ControlMaster", ">= 5", master / read >= 5),
  ]
}

/** One warm command on 3, 16 and 100 real sshd instances. */
export const bench: Bench = {
  name: "ssh",
  run: async () => {
    const why = whyNoSshd()
    if (why) throw new Error(why)
    const dir = mkdtempSync(join(tmpdir(), "moyai-bench-"))
    const sshds: Sshd[] = []
    const figures: Figure[] = []
    try {
      for (const n of [3, 16, 100]) {
        while (sshds.length < n) sshds.push(await startSshd())
        figures.push(...(await measure(sshds, dir)))
      }
      return figures
    } finally {
      for (const { stop } of sshds) stop()
      rmSync(dir, { recursive: true, force: true })
    }
  },
}
