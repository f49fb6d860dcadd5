import { execFileSync, spawn } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir, userInfo } from "node:os"
import { delimiter, join } from "node:path"
import { newKeyPair } from "./keys"
import type { Endpoint } from "./session"

const SSHD = "/usr/sbin/sshd"
/** Undefined when a real sshd can be started here. */
export const whyNoSshd = (): string | undefined =>
  !existsSync(SSHD) ? "no /usr/sbin/sshd (Debian: openssh-server)" : userInfo().uid !== 0 ? "sshd needs root" : undefined
/** Where a program is, on this machine's PATH. */
export const programOf = (name: string): string | undefined =>
  (process.env.PATH ?? "")
    .split(delimiter)
    .map((dir) => join(dir, name))
    .find(existsSync)

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0))
    })
  })

export type Sshd = Awaited<ReturnType<typeof startSshd>>
/**
 * A real sshd of our own on loopback, with OpenSSH's default limits.
 * @param loginShell what stands for the login shell: shell text that ends by running "$SSH_ORIGINAL_COMMAND".
 */
export async function startSshd(loginShell?: string) {
  const dir = mkdtempSync(join(tmpdir(), "moyai-sshd-"))
  mkdirSync("/run/sshd", { recursive: true })
  const hostKeyFile = join(dir, "host_key")
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", hostKeyFile])
  const pair = newKeyPair("test")
  writeFileSync(join(dir, "authorized_keys"), `${pair.publicKey}\n`, { mode: 0o600 })
  const port = await freePort()
  const lines = [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${hostKeyFile}`,
    `AuthorizedKeysFile ${join(dir, "authorized_keys")}`,
    "StrictModes no",
    "UsePAM no",
    "PidFile none",
    ...(loginShell ? [`ForceCommand ${loginShell}`] : []),
    // No rc files of whoever runs the tests; and the programs that they have.
    `SetEnv HOME=${dir} PATH=${process.env.PATH}`,
  ]
  writeFileSync(join(dir, "config"), `${lines.join("\n")}\n`)
  const child = spawn(SSHD, ["-D", "-e", "-f", join(dir, "config")], { stdio: ["ignore", "ignore", "pipe"] })
  await new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes("Server listening")) resolve()
    })
    child.once("exit", (code) => reject(new Error(`sshd ended with ${code}`)))
  })
  const pid = child.pid ?? 0
  const hostKey = readFileSync(`${hostKeyFile}.pub`, "utf8").split(" ").slice(0, 2).join(" ").trim()
  const endpoint: Endpoint = { node: "h1", host: "127.0.0.1", port, user: userInfo().username, sudo: false, hostKey }
  /** The processes that serve our connections; the listener is not among them. */
  const connections = () => readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number)
  const stop = () => {
    const served = connections()
    child.kill("SIGKILL")
    for (const one of served) {
      try {
        process.kill(one, "SIGKILL")
      } catch {
        // It ended by itself.
      }
    }
    rmSync(dir, { recursive: true, force: true })
  }
  return { endpoint, privateKey: pair.privateKey, publicKey: pair.publicKey, pid, dir, connections, stop }
}
