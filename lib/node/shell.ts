import type { Client, ClientChannel } from "ssh2"
import { openChannel } from "./channel"
import { cutAtMarks } from "./marks"
import { type Collected, collect, OUTPUT_MAX_BYTES } from "./output"
import { endRemote, neverBegan } from "./run"
import { type CommandResult, type Endpoint, OutcomeUnknown } from "./session"
import type { Sh } from "./sh"
import { frameOf, newNonce, shellInput } from "./wire"

/** One remote `sh` that answers question after question. It serves one batch at a time: `reader.ts` keeps the queue. */
export type Shell = {
  readonly isOpen: () => boolean
  /** @throws ReadStopped when the time or the link ends first; the shell is closed then, and what hung in it is ended. */
  readonly ask: (commands: readonly Sh[], timeoutMs: number) => Promise<readonly CommandResult[]>
  readonly close: () => void
}

/** A batch of which only the beginning was answered: `answered` in order, then `culprit`, which gave no answer. */
export class ReadStopped extends OutcomeUnknown {
  readonly answered: readonly CommandResult[]
  readonly culprit: Sh | undefined
  constructor(message: string, answered: readonly CommandResult[], culprit: Sh | undefined) {
    super(message)
    this.answered = answered
    this.culprit = culprit
  }
}

/** The batch under way: each output is cut at its own marks, and an answer is whole when both are. */
type Batch = {
  readonly outs: { readonly code: number; readonly out: Collected }[]
  readonly errs: Collected[]
  readonly changed: () => void
}

export async function openShell(client: Client, endpoint: Endpoint): Promise<Shell> {
  const channel = await openChannel(client, endpoint)
  const link = attach(channel)
  let isOpen = true
  channel.once("close", () => {
    isOpen = false
    link.batch?.changed()
  })
  const close = () => {
    if (!isOpen) return
    isOpen = false
    // A fact changes nothing, so it may be ended like this.
    void endRemote(client, endpoint, link.group, "TERM").finally(() => channel.close())
    link.batch?.changed()
  }
  let asked = 0
  channel.write(shellInput(link.nonce))
  return {
    isOpen: () => isOpen,
    close,
    ask: (commands, timeoutMs) =>
      new Promise((resolve, reject) => {
        const answers = () => answersOf(link.batch)
        const end = (why: string) => {
          const answered = answers()
          const culprit = commands[answered.length]
          finish()
          close()
          const about = (text: string) => `${culprit ? `\`${culprit.masked}\`` : "the shell for facts"} on ${endpoint.node}: ${text}`
          reject(link.lastWords ? neverBegan(endpoint, about, link.lastWords) : new ReadStopped(about(why), answered, culprit))
        }
        const timer = setTimeout(() => end(`no answer in ${timeoutMs} ms`), timeoutMs)
        const finish = () => {
          clearTimeout(timer)
          link.batch = undefined
        }
        const changed = () => {
          if (!isOpen) return end("the connection was lost")
          if (link.isAstray) return end("the answers no longer fit the questions")
          const answered = answers()
          if (answered.length < commands.length) return
          finish()
          resolve(answered)
        }
        link.begin({ outs: [], errs: [], changed }, asked)
        asked += commands.length
        if (!isOpen) return end("the connection was lost")
        channel.write(commands.map((command) => frameOf(link.nonce, command)).join(""))
      }),
  }
}

const answersOf = (batch: Batch | undefined): readonly CommandResult[] =>
  (batch?.outs ?? []).flatMap(({ code, out }, i) => {
    const err = batch?.errs[i]
    if (!err) return []
    const isTruncated = out.isTruncated || err.isTruncated
    return [{ exitCode: code, stdout: out.text, stderr: err.text, ...(isTruncated ? { truncated: true as const } : {}) }]
  })

/** One output, cut at its marks: the first stands after what rc files print, each other one ends an answer. */
function cutAnswers(
  nonce: string,
  began: (words: readonly string[]) => void,
  answered: (words: readonly string[], text: Collected) => void,
) {
  let isBegun = false
  let current = collect(OUTPUT_MAX_BYTES)
  const cut = cutAtMarks(
    nonce,
    (chunk) => current.write(chunk),
    (words) => {
      const found = current.end()
      current = collect(OUTPUT_MAX_BYTES)
      if (isBegun) return answered(words, found)
      isBegun = true
      began(words)
    },
  )
  return {
    write: cut.write,
    /** What was said when nothing had begun yet, by sudo or a login shell. */
    noise: (): string | undefined => {
      cut.end()
      return isBegun ? undefined : current.end().text
    },
  }
}

function attach(channel: ClientChannel) {
  const nonce = newNonce()
  let tell: (group: number | undefined) => void = () => undefined
  let before = 0
  const link = {
    nonce,
    group: new Promise<number | undefined>((resolve) => {
      tell = resolve
    }),
    batch: undefined as Batch | undefined,
    isAstray: false,
    /** What was said instead of beginning. */
    lastWords: undefined as Pick<CommandResult, "stdout" | "stderr"> | undefined,
    begin: (batch: Batch, asked: number) => {
      link.batch = batch
      before = asked
    },
  }
  const inOrder = (number: string | undefined, count: number) => {
    if (!link.batch || Number(number) !== before + count) link.isAstray = true
    link.batch?.changed()
  }
  const onOut = cutAnswers(
    nonce,
    ([group]) => tell(group === undefined ? undefined : Number(group)),
    ([number, code], out) => inOrder(number, link.batch?.outs.push({ code: Number(code), out }) ?? 0),
  )
  const onErr = cutAnswers(
    nonce,
    () => undefined,
    ([number], err) => inOrder(number, link.batch?.errs.push(err) ?? 0),
  )
  channel.on("data", onOut.write)
  channel.stderr.on("data", onErr.write)
  channel.on("error", () => undefined) // a close follows
  // Not by "exit": what answers at once has said it before anybody listens. Without a code (null: by a signal) the link was lost.
  channel.once("close", (exitCode?: number | null) => {
    tell(undefined)
    const stdout = onOut.noise()
    if (exitCode !== undefined && stdout !== undefined) link.lastWords = { stdout, stderr: onErr.noise() ?? "" }
  })
  return link
}
