import { StringDecoder } from "node:string_decoder"

export const OUTPUT_MAX_BYTES = 1024 * 1024
const LINE_MAX = 64 * 1024

/** Collects a stream up to a bound and hands out its lines; what is over the bound is read, dropped and said. */
export function collect(maxBytes: number, onLine?: (line: string) => void) {
  const decoder = new StringDecoder("utf8")
  let text = ""
  let line = ""
  let dropped = 0
  const add = (piece: string) => {
    const room = Math.max(0, maxBytes - text.length)
    text += piece.slice(0, room)
    dropped += Math.max(0, piece.length - room)
    if (!onLine) return
    line += piece
    const lines = line.split("\n")
    line = (lines.pop() ?? "").slice(0, LINE_MAX)
    for (const l of lines) onLine(l)
  }
  return {
    write: (chunk: Buffer) => add(decoder.write(chunk)),
    end: (): string => {
      add(decoder.end())
      if (onLine && line !== "") onLine(line)
      return dropped > 0 && maxBytes > 0 ? `${text}\n[${dropped} more characters were dropped]\n` : text
    },
  }
}
