import { StringDecoder } from "node:string_decoder"

export const OUTPUT_MAX_BYTES = 1024 * 1024
/** Of a line that is handed out while it runs; the rest of a longer one is left away. */
const LINE_MAX = 64 * 1024

export type Collected = { readonly text: string; readonly isTruncated: boolean }

/** Collects a stream up to a bound of bytes and hands out its lines; what is over the bound is read, dropped and said. */
export function collect(maxBytes: number, onLine?: (line: string) => void) {
  const kept: Buffer[] = []
  let [keptBytes, droppedBytes] = [0, 0]
  const lines = onLine ? splitLines(onLine) : undefined
  return {
    write: (chunk: Buffer): void => {
      const piece = chunk.subarray(0, maxBytes - keptBytes)
      if (piece.length > 0) kept.push(piece)
      keptBytes += piece.length
      droppedBytes += chunk.length - piece.length
      lines?.write(chunk)
    },
    end: (): Collected => {
      lines?.end()
      const text = Buffer.concat(kept).toString("utf8")
      // Who asked for nothing (a followed journal) is not told how much nothing it was.
      if (droppedBytes === 0 || maxBytes === 0) return { text, isTruncated: false }
      return { text: `${text}\n[${droppedBytes} more bytes were dropped]\n`, isTruncated: true }
    },
  }
}

function splitLines(onLine: (line: string) => void) {
  const decoder = new StringDecoder("utf8")
  let line = ""
  const add = (text: string) => {
    const pieces = text.split("\n")
    pieces[0] = line + pieces[0]
    line = (pieces.pop() ?? "").slice(0, LINE_MAX)
    for (const piece of pieces) onLine(piece.slice(0, LINE_MAX))
  }
  return {
    write: (chunk: Buffer): void => add(decoder.write(chunk)),
    end: (): void => {
      add(decoder.end())
      if (line !== "") onLine(line)
    },
  }
}
