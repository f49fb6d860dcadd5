import type { Client, ClientChannel } from "ssh2"
import { collect, OUTPUT_MAX_BYTES } from "./output"
import { type CommandResult, type Endpoint, OutcomeUnknown, type RunOptions } from "./session"
import type { Sh } from "./sh"
import { commandBytes, endRemote, execLine } from "./wire"

const PID = /^moyai-pid (\d+)\n/
/** Exit codes as a shell tells a signal. */
const SIGNALS: Readonly<Record<string, number>> = { HUP: 1, INT: 2, QUIT: 3, ABRT: 6, KILL: 9, SEGV: 11, PIPE: 13, ALRM: 14, TERM: 15 }

const open = (client: Client, line: string): Promise<ClientChannel> =>
  new Promise((resolve, reject) => {
    client.exec(line, (error, channel) => (error ? reject(error) : resolve(channel)))
  })

/** Strips the first line, which is the process group. */
function afterPid(write: (chunk: Buffer) => void) {
  let head: Buffer | undefined = Buffer.alloc(0)
  let pid: number | undefined
  return {
    pid: () => pid,
    write: (chunk: Buffer) => {
      if (head === undefined) return write(chunk)
      head = Buffer.concat([head, chunk])
      const end = head.indexOf("\n")
      if (end < 0 && head.length < 64) return
      const match = head
        .subarray(0, end + 1)
        .toString()
        .match(PID)
      pid = match ? Number(match[1]) : undefined
      const rest = match ? head.subarray(end + 1) : head
      head = undefined
      if (rest.length > 0) write(rest)
    },
  }
}

/** Runs a command on a channel of its own. @throws OutcomeUnknown when the link or the time ends first. */
export async function runOn(client: Client, endpoint: Endpoint, command: Sh, options: RunOptions): Promise<CommandResult> {
  const { text, stdin } = commandBytes(command)
  const unknown = (why: string) => new OutcomeUnknown(`\`${command.masked}\` on ${endpoint.node}: ${why}`)
  const channel = await open(client, execLine(text.length, endpoint.sudo)).catch((error: Error) => {
    throw unknown(error.message)
  })
  return new Promise((resolve, reject) => {
    const stdout = collect(options.outputMaxBytes ?? OUTPUT_MAX_BYTES, options.onLine)
    const stderr = collect(options.outputMaxBytes || OUTPUT_MAX_BYTES)
    const body = afterPid(stdout.write)
    let exit: CommandResult["exitCode"] | undefined
    const leave = (why: string) => {
      const pid = body.pid()
      if (pid !== undefined) endRemote(client, pid, endpoint.sudo)
      finish(() => reject(unknown(why)))
      channel.close()
    }
    const timer = setTimeout(() => leave(`no answer in ${options.timeoutMs} ms`), options.timeoutMs)
    const aborted = () => leave("it was aborted")
    const closed = () => finish(() => reject(unknown("the connection was lost")))
    const finish = (act: () => void) => {
      clearTimeout(timer)
      options.signal?.removeEventListener("abort", aborted)
      client.removeListener("close", closed)
      act()
    }
    client.once("close", closed)
    if (options.signal?.aborted) return aborted()
    options.signal?.addEventListener("abort", aborted)
    channel.on("data", (chunk: Buffer) => body.write(chunk))
    channel.stderr.on("data", (chunk: Buffer) => stderr.write(chunk))
    channel.on("exit", (code: number | null, signal?: string) => {
      exit = code ?? 128 + (SIGNALS[(signal ?? "").replace(/^SIG/, "")] ?? 0)
    })
    channel.on("error", () => undefined)
    channel.on("close", () => {
      const exitCode = exit
      if (exitCode === undefined) return finish(() => reject(unknown("the channel was closed without an exit code")))
      finish(() => resolve({ exitCode, stdout: stdout.end(), stderr: stderr.end() }))
    })
    channel.end(Buffer.concat([text, stdin]))
  })
}
