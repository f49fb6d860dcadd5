import type { ServerChannel } from "ssh2"
import { SERVED_TIMEOUT_MS } from "./serve-exec"
import type { CommandResult, NodeSession } from "./session"
import { sh, wordsOf } from "./sh"
import { helloMark } from "./wire"

/** Plays the loop of the facts' shell: frames in, answers out, in order; what came together is read together. */
export function serveShell(channel: ServerChannel, asked: { readonly nonce: string; readonly rest: Buffer }, session: NodeSession) {
  const { nonce } = asked
  const needle = Buffer.from(`\n${nonce}\n`)
  const hello = helloMark(nonce, 0)
  let held: Buffer = asked.rest
  let number = 0
  let turn = Promise.resolve()
  const tell = ({ stdout, stderr, exitCode }: CommandResult) => {
    number += 1
    channel.stderr.write(`${stderr}\n${nonce} ${number}\n`)
    channel.write(`${stdout}\n${nonce} ${number} ${exitCode}\n`)
  }
  const serve = () => {
    const texts: string[] = []
    for (let at = held.indexOf(needle); at >= 0; at = held.indexOf(needle)) {
      texts.push(held.subarray(0, at).toString())
      held = held.subarray(at + needle.length)
    }
    if (texts.length > 0) turn = turn.then(() => readAll(session, texts, tell)).catch(() => channel.close())
  }
  channel.stderr.write(hello.stderr)
  channel.write(hello.stdout)
  channel.on("data", (chunk: Buffer) => {
    held = Buffer.concat([held, chunk])
    serve()
  })
  channel.once("end", () => channel.close())
  serve()
}

async function readAll(session: NodeSession, texts: readonly string[], tell: (result: CommandResult) => void): Promise<void> {
  const commands = texts.map((text) => sh`${wordsOf(text)}`)
  for (const result of await session.read(commands, { timeoutMs: SERVED_TIMEOUT_MS })) tell(result)
}
