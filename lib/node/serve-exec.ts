import type { ServerChannel } from "ssh2"
import { claimRequest } from "./claim"
import { isInstallRequest } from "./install-key"
import { putRequest, writePut } from "./put"
import { serveShell } from "./serve-shell"
import { type CommandResult, isOutcomeUnknown, type NodeSession } from "./session"
import { reading, sh, wordsOf } from "./sh"
import { askedBy, endRequest, helloMark, isExecLine } from "./wire"

export type ExecParts = {
  readonly session: NodeSession
  readonly groups: Map<number, AbortController>
  readonly onPublicKey: (publicKey: string) => void
}
/** The caller has the time limit. */
export const SERVED_TIMEOUT_MS = 24 * 3_600_000
let lastGroup = 1_000

/** Plays the remote sh: takes what `wire.ts` sends and nothing else. */
export function serveExec(channel: ServerChannel, line: string, parts: ExecParts) {
  channel.on("error", () => undefined)
  channel.stderr.on("error", () => undefined) // a link that is cut between two writes
  if (!isExecLine(line)) return answer(channel, { exitCode: 127, stdout: "", stderr: "sh: not understood here\n" })
  let input = Buffer.alloc(0)
  let isBegun = false
  let hasEnded = false
  const onData = (chunk: Buffer) => {
    input = Buffer.concat([input, chunk])
    if (isBegun) return
    const asked = askedBy(input)
    if (asked?.kind === "shell") {
      channel.off("data", onData)
      isBegun = true
      serveShell(channel, asked, parts.session)
    } else if (asked?.kind === "foreign") {
      isBegun = true
      answer(channel, { exitCode: 127, stdout: "", stderr: "sh: not understood here\n" })
    }
  }
  channel.on("data", onData)
  channel.once("end", () => {
    if (isBegun || hasEnded) return
    hasEnded = true
    const asked = askedBy(input)
    if (asked?.kind === "run") serveCommand(channel, asked, parts)
    else answer(channel, { exitCode: 75, stdout: "", stderr: "" }) // cut short: nothing runs
  })
}

function answer(channel: ServerChannel, { exitCode, stdout, stderr }: CommandResult) {
  if (!channel.writable || !channel.stderr.writable) return // who asked is gone
  channel.stderr.write(stderr)
  channel.write(stdout)
  channel.exit(exitCode)
  channel.end()
}

function serveCommand(channel: ServerChannel, asked: { nonce: string; text: string; rest: Buffer }, parts: ExecParts) {
  const group = ++lastGroup
  const hello = helloMark(asked.nonce, group)
  channel.stderr.write(hello.stderr)
  channel.write(hello.stdout)
  let argv: readonly string[]
  try {
    argv = wordsOf(asked.text)
  } catch {
    return answer(channel, { exitCode: 127, stdout: "", stderr: "sh: not understood here\n" })
  }
  const end = new AbortController()
  parts.groups.set(group, end)
  // As on a real node: what was claimed outlives its connection.
  channel.once("close", () => {
    if (!claimRequest(argv)) end.abort()
  })
  const lines = streamTo(channel)
  dispatch(argv, asked.rest.toString(), parts, { signal: end.signal, onLine: lines.onLine })
    .then((result) => answer(channel, { ...result, stdout: lines.rest(result.stdout) }))
    .catch((error: unknown) => {
      // An outcome that nobody knows looks like it on the wire: the channel closes without an exit code.
      if (isOutcomeUnknown(error)) channel.close()
      else answer(channel, { exitCode: 70, stdout: "", stderr: String(error) })
    })
    .finally(() => parts.groups.delete(group))
}

async function dispatch(
  argv: readonly string[],
  stdin: string,
  { session, groups, onPublicKey }: ExecParts,
  options: { readonly signal: AbortSignal; readonly onLine: (line: string) => void },
): Promise<CommandResult> {
  const done = { exitCode: 0, stdout: "", stderr: "" }
  const ended = endRequest(argv)
  if (ended) {
    // A lost terminal (HUP) does not end what was claimed, and a simulated node has nothing else that would linger.
    if (ended.signal === "TERM") groups.get(ended.group)?.abort()
    return done
  }
  if (isInstallRequest(argv)) {
    onPublicKey(stdin)
    return done
  }
  const file = putRequest(argv, stdin, SERVED_TIMEOUT_MS)
  if (file) return writePut(await session.put(file))
  return session.run(reading(sh`${argv}`, stdin), { timeoutMs: SERVED_TIMEOUT_MS, ...options })
}

/**
 * Lines go out as they come, a moment later: the last one may have no end, which shows only in the whole output.
 * Of that, what was not sent yet follows.
 */
function streamTo(channel: ServerChannel) {
  let sent = ""
  let pending = ""
  const flush = () => {
    if (pending === "") return
    channel.write(pending)
    sent += pending
    pending = ""
  }
  return {
    onLine: (line: string): void => {
      if (pending === "") setImmediate(flush)
      pending += `${line}\n`
    },
    rest: (stdout: string): string => {
      pending = ""
      return stdout.startsWith(sent) ? stdout.slice(sent.length) : stdout
    },
  }
}
