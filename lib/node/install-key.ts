import type { AuthenticationType, AuthHandlerMiddleware, NextAuthHandler } from "ssh2"
import ssh2 from "ssh2"
import { login } from "./connect"
import { runOn } from "./run"
import { type Endpoint, isOutcomeUnknown, isUnreachable } from "./session"
import { reading, revealed, type Secret, type Sh, sh } from "./sh"

export type Installed =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: "loginFailed" | "passwordLoginOff" | "nodeUnreachable" | "hostKeyChanged"; readonly why: string }

const LOGIN_TIMEOUT_MS = 8_000
const INSTALL_TIMEOUT_MS = 15_000
const INSTALL = `
umask 077; cd || exit; [ -d .ssh ] || mkdir .ssh || exit
f=.ssh/authorized_keys; touch "$f" && chmod 700 .ssh && chmod 600 "$f" || exit
key=$(cat); grep -qxF -e "$key" "$f" && exit
[ -z "$(tail -c 1 "$f")" ] || echo >>"$f" || exit
printf '%s\\n' "$key" >>"$f" || exit
! command -v restorecon >/dev/null || restorecon -R .ssh 2>/dev/null; exit 0`
export const installCommand = (publicKey: string): Sh => reading(sh`sh -c ${INSTALL} moyai-install-key`, publicKey)
export const isInstallRequest = ([, , , verb]: readonly string[]): boolean => verb === "moyai-install-key"

/**
 * Logs in by password once, at the pinned host only, and adds the public key to authorized_keys (0600) of that user; a second time changes nothing.
 * @throws TypeError on what is not one line of a public key.
 */
export async function installKey(endpoint: Endpoint, password: Secret, publicKey: string): Promise<Installed> {
  const line = publicKey.trim()
  if (/[\r\n\0]/.test(line) || ssh2.utils.parseKey(line) instanceof Error) throw new TypeError("not a public key in OpenSSH's format")
  const ways = byPassword(endpoint, password)
  try {
    const client = await login(endpoint, { username: endpoint.user, authHandler: ways.next }, LOGIN_TIMEOUT_MS)
    try {
      const options = { timeoutMs: INSTALL_TIMEOUT_MS }
      const { exitCode, stderr } = await runOn(client, { ...endpoint, sudo: false }, installCommand(line), options)
      if (exitCode === 0) return { ok: true }
      return { ok: false, code: "nodeUnreachable", why: `authorized_keys of ${endpoint.user} could not be written: ${stderr.trim()}` }
    } finally {
      client.end()
    }
  } catch (error) {
    if (isUnreachable(error) && error.why.code === "auth") return ways.refusal()
    if (isUnreachable(error) && error.why.code === "hostKeyChanged") return { ok: false, code: "hostKeyChanged", why: error.message }
    if (isOutcomeUnknown(error)) return { ok: false, code: "nodeUnreachable", why: error.message }
    throw error
  }
}

const WAYS: readonly AuthenticationType[] = ["password", "keyboard-interactive"]
/** Asks what the server takes first, and sends the password once for each way that it offers. */
function byPassword({ node, user }: Endpoint, password: Secret) {
  let offered: readonly string[] = []
  const tried = new Set<string>()
  const next: AuthHandlerMiddleware = (left: AuthenticationType[] | null, _isPartial: boolean, go: NextAuthHandler) => {
    if (left === null) return void go({ type: "none", username: user })
    offered = left
    const way = WAYS.find((w) => left.includes(w) && !tried.has(w))
    if (way === undefined) return void go(false as never) // what ssh2 wants; its types leave it out
    tried.add(way)
    if (way === "password") return void go({ type: "password", username: user, password: revealed(password) })
    // Only a single hidden question is one for the password; a code from a token is none of ours to guess.
    go({
      type: "keyboard-interactive",
      username: user,
      prompt: (_name, _text, _lang, prompts, finish) =>
        finish(prompts.length === 1 && prompts[0]?.echo !== true ? [revealed(password)] : []),
    })
  }
  return {
    next,
    refusal: (): Installed =>
      tried.size === 0
        ? { ok: false, code: "passwordLoginOff", why: `${node} takes no passwords, only: ${offered.join(", ") || "nothing"}` }
        : { ok: false, code: "loginFailed", why: `${node} refused the password of ${user}` },
  }
}
