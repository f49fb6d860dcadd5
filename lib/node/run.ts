import { constants } from "node:os"
import type { Client, ClientChannel } from "ssh2"
import { openWithin } from "./channel"
import { cutAtMarks } from "./marks"
import { collect, OUTPUT_MAX_BYTES } from "./output"
import { createPatience } from "./patience"
import { type CommandResult, type Endpoint, OutcomeUnknown, type RunOptions, Unreachable } from "./session"
import type { Sh } from "./sh"
import { type EndSignal, endGroup, newNonce, runInput } from "./wire"

const END_TIMEOUT_MS = 8_000

/** Runs a command on a channel of its own. @throws OutcomeUnknown when the link, the time or the caller's patience ends first. */
export async function runOn(client: Client, endpoint: Endpoint, command: Sh, options: RunOptions): Promise<CommandResult> {
  const about = (why: string) => `\`${command.masked}\` on ${endpoint.node}: ${why}`
  const patience = createPatience(options.timeoutMs, options.signal)
  try {
    const channel = await openWithin(client, endpoint, patience.signal, () => about(`${patience.why()}, before it was sent`))
    const answer = listen(channel, options)
    channel.end(runInput(answer.nonce, command))
    const end = await Promise.race([answer.closed, over(patience.signal)])
    if (end?.code !== undefined && end.hasBegun) return end.result
    if (end?.code !== undefined) throw neverBegan(endpoint, about, end.result)
    if (end) throw new OutcomeUnknown(about("the connection was lost before its exit code came"))
    // A time-out hangs up as a lost terminal does, and nobody waits for what ignores it; an abort is told when it is done.
    const isAborted = options.signal?.aborted === true
    const ended = endRemote(client, endpoint, answer.group, isAborted ? "TERM" : "HUP").then(() => channel.close())
    if (isAborted) await ended
    throw new OutcomeUnknown(about(patience.why()))
  } finally {
    patience.end()
  }
}
const over = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    signal.addEventListener("abort", () => resolve(undefined), { once: true })
  })

/** Its first act is the mark: an exit code without one comes from what stands before, such as sudo or nologin. */
export function neverBegan(
  { sudo, user }: Endpoint,
  about: (why: string) => string,
  end: Pick<CommandResult, "stdout" | "stderr">,
): Unreachable {
  const said = `${end.stderr} ${end.stdout}`.trim().slice(-300)
  const hint = sudo ? `sudo must allow ${user} everything without a password (NOPASSWD)` : `the login shell of ${user} must allow commands`
  return new Unreachable(about(`it was not begun: ${said}. ${hint}.`), { code: sudo ? "auth" : "other" })
}

type End = { readonly hasBegun: boolean; readonly code: number | undefined; readonly result: CommandResult }

/** What comes over the channel: the process group as soon as it is known (undefined if never), and how it ended. */
function listen(channel: ClientChannel, { outputMaxBytes = OUTPUT_MAX_BYTES, onLine }: RunOptions) {
  const nonce = newNonce()
  // A login shell's own words (rc files) come before the mark. They are kept for the case that nothing else does.
  const [outNoise, errNoise] = [collect(4096), collect(4096)]
  const [out, err] = [collect(outputMaxBytes, onLine), collect(outputMaxBytes === 0 ? OUTPUT_MAX_BYTES : outputMaxBytes)]
  let [hasBegun, hasErrBegun] = [false, false]
  let tell: (group: number | undefined) => void = () => undefined
  const group = new Promise<number | undefined>((resolve) => {
    tell = resolve
  })
  const onOut = cutAtMarks(
    nonce,
    (c) => (hasBegun ? out : outNoise).write(c),
    ([pgid]) => {
      hasBegun = true
      tell(pgid === undefined ? undefined : Number(pgid))
    },
    1,
  )
  const onErr = cutAtMarks(
    nonce,
    (c) => (hasErrBegun ? err : errNoise).write(c),
    () => {
      hasErrBegun = true
    },
    1,
  )
  channel.on("data", onOut.write)
  channel.stderr.on("data", onErr.write)
  channel.on("error", () => undefined) // a close follows
  const closed = new Promise<End>((resolve) => {
    // Not by "exit": what answers at once has said it before anybody listens. Without a code the link was lost.
    channel.once("close", (exitCode?: number | null, signal?: string) => {
      const code = exitCode === null ? 128 + signalNumber(signal ?? "") : exitCode
      tell(undefined)
      onOut.end()
      onErr.end()
      const [stdout, stderr] = [(hasBegun ? out : outNoise).end(), (hasErrBegun ? err : errNoise).end()]
      const isTruncated = stdout.isTruncated || stderr.isTruncated
      const result = {
        exitCode: code ?? -1,
        stdout: stdout.text,
        stderr: stderr.text,
        ...(isTruncated ? { truncated: true as const } : {}),
      }
      resolve({ hasBegun, code, result })
    })
  })
  return { nonce, group, closed }
}
const signalNumber = (name: string): number =>
  new Map<string, number>(Object.entries(constants.signals)).get(`SIG${name.replace(/^SIG/, "")}`) ?? 0

/** Ends what a channel began, over a second channel. Resolves when the node says that it is done, or nothing more can be done. */
export async function endRemote(client: Client, endpoint: Endpoint, group: Promise<number | undefined>, signal: EndSignal): Promise<void> {
  const known = await Promise.race([group, wait(END_TIMEOUT_MS)])
  if (known === undefined) return
  await runOn(client, endpoint, endGroup(known, signal), { timeoutMs: END_TIMEOUT_MS }).catch(() => undefined) // the link is gone: the node's affair
}
const wait = (ms: number): Promise<undefined> => new Promise((resolve) => setTimeout(resolve, ms, undefined).unref())
