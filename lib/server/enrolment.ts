import type { Clock } from "../clock"
import type { NodeCheck } from "../domain/views"
import type { Candidate, Checked, Enrolment } from "../inventory/enrol"
import { fingerprintOf } from "../node/keys"
import type { Pool } from "../node/pool"
import { installKey, scanHostKey } from "../node/scan"
import { type CommandResult, type Endpoint, isUnreachable, OutcomeUnknown } from "../node/session"
import { type Sh, secret, sh } from "../node/sh"
import type { Credentials } from "./credentials"

const SCAN_TIMEOUT_MS = 8_000
const LOOK_TIMEOUT_MS = 10_000
/** Corosync and TLS begin to complain at seconds; logs are hard to read at less. */
const CLOCK_WARN_MS = 2_000
const CLOCK_BAD_MS = 60_000

type Peers = Parameters<Enrolment["check"]>[2]
type Parts = { readonly pool: Pool; readonly credentials: Credentials; readonly clock: Clock }

export function createEnrolment({ pool, credentials, clock }: Parts): Enrolment {
  const endpointOf = ({ host, port, user, hostKey }: Candidate): Endpoint => ({ node: host, host, port, user, hostKey, sudo: false })
  return {
    fingerprintOf,
    newKey: credentials.newKey,
    scan: async (host, port) => {
      try {
        return { ok: true, ...(await scanHostKey({ host, port, timeoutMs: SCAN_TIMEOUT_MS })) }
      } catch (error) {
        if (!isUnreachable(error)) throw error
        return { ok: false, why: error.message }
      }
    },
    installKey: (candidate, password, publicKey) => installKey(endpointOf(candidate), secret(password), publicKey),
    check: async (candidate, clusterId, peers) => {
      const endpoint = endpointOf(candidate)
      pool.forget(endpoint) // a login that failed a moment ago is tried anew, not waited for
      const session = credentials.open(pool)(endpoint, clusterId)
      try {
        return await checkNode((command) => session.run(command, { timeoutMs: LOOK_TIMEOUT_MS }), candidate, peers, clock)
      } catch (error) {
        return failureOf(error)
      } finally {
        pool.forget(endpoint)
      }
    },
  }
}

/** Why nobody came in. @throws what is no matter of the node */
function failureOf(error: unknown): Checked {
  if (!(error instanceof OutcomeUnknown)) throw error
  const why = isUnreachable(error) ? error.why.code : "other"
  const code = why === "hostKeyChanged" ? why : why === "auth" ? "loginFailed" : "nodeUnreachable"
  return { ok: false, code, why: error.message }
}

type Run = (command: Sh) => Promise<CommandResult>
const LOGIN = sh`id -un`
const SUDO = sh`sudo -n true`
const TOOLS = ["systemctl", "ip", "arping", "journalctl"]

/** Each finding with the command that told it and, where there is one, its remedy. Nothing is written to the node. */
async function checkNode(run: Run, { user, host }: Candidate, peers: Peers, clock: Clock): Promise<Checked> {
  const login = await run(LOGIN)
  const hostname = (await run(sh`hostname`)).stdout.trim().slice(0, 64)
  const checks = [
    { code: "login", verdict: "ok", params: { user: login.stdout.trim(), host }, remedy: null, from: LOGIN.masked } satisfies NodeCheck,
    await sudoCheck(run, user),
    await ownName(run, hostname, host),
    await clockCheck(run, clock),
    await tools(run),
    ...(await Promise.all(peers.map((peer) => peerCheck(run, peer)))),
  ]
  return { ok: true, hostname, checks: checks.filter((check) => check !== undefined) }
}
async function sudoCheck(run: Run, user: string): Promise<NodeCheck | undefined> {
  if (user === "root") return undefined
  const { exitCode, stderr } = await run(SUDO)
  const remedy = `echo '${user} ALL=(ALL) NOPASSWD: ALL' | sudo tee /etc/sudoers.d/moyai && sudo chmod 440 /etc/sudoers.d/moyai`
  return {
    code: "sudo",
    verdict: exitCode === 0 ? "ok" : "bad",
    params: { user, detail: stderr.trim().slice(0, 200) },
    remedy: exitCode === 0 ? null : remedy,
    from: SUDO.masked,
  }
}
/** A node that does not know itself fails to join (document 003 lost a day to it). */
async function ownName(run: Run, hostname: string, host: string): Promise<NodeCheck> {
  const command = sh`getent hosts ${hostname === "" ? "localhost" : hostname}`
  const { exitCode, stdout } = await run(command)
  const isFound = exitCode === 0 && hostname !== ""
  const address = stdout.trim().split(/\s+/)[0] ?? ""
  return {
    code: "ownName",
    verdict: isFound ? "ok" : "warn",
    params: { name: hostname, address },
    remedy: isFound ? null : `echo '${host} ${hostname}' | sudo tee -a /etc/hosts`,
    from: command.masked,
  }
}
async function clockCheck(run: Run, clock: Clock): Promise<NodeCheck> {
  const command = sh`date +%s.%N`
  const beforeMs = clock.nowMs()
  const { stdout } = await run(command)
  const skewMs = Math.round(Number(stdout.trim()) * 1_000 - (beforeMs + clock.nowMs()) / 2)
  const far = Math.abs(skewMs)
  const verdict = !(far <= CLOCK_BAD_MS) ? "bad" : far > CLOCK_WARN_MS ? "warn" : "ok"
  return {
    code: "clock",
    verdict,
    params: { seconds: (skewMs / 1_000).toFixed(1) },
    remedy: verdict === "ok" ? null : "sudo systemctl enable --now chrony || sudo timedatectl set-ntp true",
    from: command.masked,
  }
}
async function tools(run: Run): Promise<NodeCheck> {
  const command = sh`sh -c ${'for t in "$@"; do command -v "$t" >/dev/null || echo "$t"; done; [ -d /usr/lib/ocf/resource.d/heartbeat ] || echo resource-agents'} tools ${TOOLS}`
  const missing = (await run(command)).stdout.trim().split("\n").filter(Boolean)
  const remedy = missing.includes("resource-agents")
    ? "sudo apt-get install -y resource-agents iputils-arping"
    : "sudo apt-get install -y iproute2 iputils-arping"
  return {
    code: "tools",
    verdict: missing.length === 0 ? "ok" : "warn",
    params: { missing: missing.join(", ") },
    remedy: missing.length === 0 ? null : remedy,
    from: command.masked,
  }
}
/** Whether a TCP connection to the other node's sshd opens from here. */
async function peerCheck(run: Run, { name, host, port }: Peers[number]): Promise<NodeCheck> {
  const command = sh`timeout 3 bash -c ${'exec 3<>"/dev/tcp/$0/$1"'} ${host} ${port}`
  const { exitCode } = await run(command)
  return {
    code: "peers",
    verdict: exitCode === 0 ? "ok" : "warn",
    params: { peer: name, address: `${host}:${port}` },
    remedy: null,
    from: command.masked,
  }
}
