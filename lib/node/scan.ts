import ssh2 from "ssh2"
import { fallbackAlgorithms, unreachable } from "./connect"
import { algorithmsOf, fingerprintOf, hostKeyOf } from "./keys"
import { runOn } from "./run"
import { type Endpoint, isUnreachable, OutcomeUnknown, Unreachable } from "./session"
import { reading, type Secret, sh, stdinOf } from "./sh"

export type Scanned = { readonly hostKey: string; readonly fingerprint: string; readonly keyType: string; readonly banner: string }

/** Asks for the host key, ed25519 before all others, and leaves before anything of ours is sent. @throws Unreachable */
export function scanHostKey({
  host,
  port,
  timeoutMs,
}: {
  readonly host: string
  readonly port: number
  readonly timeoutMs: number
}): Promise<Scanned> {
  const at = { node: host, host, port }
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client()
    let found: Scanned | undefined
    let banner = ""
    client.on("handshake", () => undefined)
    client.on("error", (error) => (found ? undefined : reject(unreachable(at, error))))
    client.on("close", () =>
      found ? resolve({ ...found, banner }) : reject(unreachable(at, new Error("the connection was closed before the host key was seen"))),
    )
    const hostVerifier = (blob: Buffer): boolean => {
      const hostKey = hostKeyOf(blob)
      found = { hostKey, fingerprint: fingerprintOf(hostKey), keyType: hostKey.split(" ")[0] ?? "", banner }
      return false
    }
    const serverHostKey = ["ssh-ed25519", ...fallbackAlgorithms("ssh-ed25519 ")] as never // names as in OpenSSH
    const debug = (line: string) => {
      const [, ident] = line.match(/Remote ident: '?(.*?)'?$/) ?? []
      if (ident !== undefined) banner = ident.slice(0, 200)
    }
    client.connect({ host, port, username: "moyai", readyTimeout: timeoutMs, hostVerifier, algorithms: { serverHostKey }, debug })
  })
}

export type Installed =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: "loginFailed" | "passwordLoginOff" | "nodeUnreachable" | "hostKeyChanged"; readonly why: string }
const INSTALL = `
umask 077; cd && mkdir -p .ssh && touch .ssh/authorized_keys && chmod 700 .ssh && chmod 600 .ssh/authorized_keys || exit 1
key=$(cat); grep -qxF -- "$key" .ssh/authorized_keys && exit 0
[ -z "$(tail -c 1 .ssh/authorized_keys)" ] || echo >>.ssh/authorized_keys
printf '%s\\n' "$key" >>.ssh/authorized_keys`

/** Logs in by password once, with the pinned host key, and adds the public key to authorized_keys; a second time changes nothing. */
export async function installKey(endpoint: Endpoint, password: Secret, publicKey: string): Promise<Installed> {
  try {
    const client = await loginByPassword(endpoint, stdinOf(reading(sh`true`, password)))
    try {
      const { exitCode, stderr } = await runOn(client, { ...endpoint, sudo: false }, reading(sh`sh -c ${INSTALL}`, publicKey.trim()), {
        timeoutMs: 15_000,
      })
      return exitCode === 0 ? { ok: true } : { ok: false, code: "nodeUnreachable", why: stderr.trim() }
    } finally {
      client.end()
    }
  } catch (error) {
    if (error instanceof PasswordRefused) return { ok: false, code: error.code, why: error.message }
    if (isUnreachable(error))
      return { ok: false, code: error.why.code === "hostKeyChanged" ? "hostKeyChanged" : "nodeUnreachable", why: error.message }
    if (error instanceof OutcomeUnknown) return { ok: false, code: "nodeUnreachable", why: error.message }
    throw error
  }
}

class PasswordRefused extends Error {
  readonly code: "loginFailed" | "passwordLoginOff"
  constructor(code: PasswordRefused["code"], message: string) {
    super(message)
    this.code = code
  }
}
function loginByPassword(endpoint: Endpoint, password: string): Promise<ssh2.Client> {
  const { host, port, user, hostKey, node } = endpoint
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client()
    let [offered, changed] = [[] as readonly string[], undefined as Unreachable | undefined]
    const ways = ["password", "keyboard-interactive"]
    client.once("ready", () => {
      client.setNoDelay(true)
      resolve(client)
    })
    client.on("keyboard-interactive", (_name, _text, _lang, prompts, answer) => answer(prompts.map(() => password)))
    client.on("error", (error) => {
      if (changed) return reject(changed)
      if ((error as Error & { level?: string }).level !== "client-authentication") return reject(unreachable(endpoint, error))
      const isOff = offered.length > 0 && !offered.some((way) => ways.includes(way))
      reject(isOff ? new PasswordRefused("passwordLoginOff", offered.join(", ")) : new PasswordRefused("loginFailed", `${user}@${host}`))
    })
    const hostVerifier = (blob: Buffer): boolean => {
      const key = hostKeyOf(blob)
      if (key === hostKey) return true
      const [pinned, other] = [fingerprintOf(hostKey), fingerprintOf(key)]
      changed = new Unreachable(`${node} shows another host key: ${other} instead of ${pinned}. Nothing was sent to it.`, {
        code: "hostKeyChanged",
        pinned,
        offered: other,
      })
      return false
    }
    let tried: string[] = []
    const authHandler = (left: string[] | null, _partial: boolean | null, next: (way: unknown) => void) => {
      if (left === null) return next({ type: "none", username: user })
      offered = left
      const way = ways.find((w) => left.includes(w) && !tried.includes(w))
      if (way === undefined) return next(false)
      tried = [...tried, way]
      next(
        way === "password"
          ? { type: "password", username: user, password }
          : {
              type: "keyboard-interactive",
              username: user,
              prompt: (_n: string, _t: string, _l: string, p: unknown[], a: (r: string[]) => void) => a(p.map(() => password)),
            },
      )
    }
    const serverHostKey = [...algorithmsOf(hostKey), ...fallbackAlgorithms(hostKey)] as never // names as in OpenSSH
    client.connect({
      host,
      port,
      username: user,
      hostVerifier,
      readyTimeout: 8_000,
      algorithms: { serverHostKey },
      authHandler: authHandler as never,
    })
  })
}
