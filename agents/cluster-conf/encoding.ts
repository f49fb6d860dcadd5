import type { Read } from "./xml"

const MARKS = [
  { encoding: "utf-8", bytes: [0xef, 0xbb, 0xbf] },
  { encoding: "utf-16le", bytes: [0xff, 0xfe] },
  { encoding: "utf-16be", bytes: [0xfe, 0xff] },
  // Without a byte order mark a document begins with "<" all the same.
  { encoding: "utf-16le", bytes: [0x3c, 0x00] },
  { encoding: "utf-16be", bytes: [0x00, 0x3c] },
]
const DECLARATION_MAX = 200
/** By its first bytes, else as its declaration says, else UTF-8 (XML 1.0, appendix F). */
function encodingOf(bytes: Uint8Array): string {
  const marked = MARKS.find((mark) => mark.bytes.every((byte, i) => bytes[i] === byte))
  if (marked) return marked.encoding
  const head = String.fromCharCode(...bytes.subarray(0, DECLARATION_MAX))
  const [, declared = "utf-8"] = /^<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"'<>]*)["']/.exec(head) ?? []
  // Its bytes are not, or they would have been found above: it was converted, and its declaration left behind.
  return /^(?:utf-?16|ucs-?2)/i.test(declared) ? "utf-8" : declared
}
function decoderOf(encoding: string): TextDecoder | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true })
  } catch {
    return undefined
  }
}
const LINE_FEED = 0x0a
/** The first line that is no text in this encoding; of two-byte encodings it is not told. */
function brokenLine(bytes: Uint8Array, encoding: string): number {
  const decoder = decoderOf(encoding)
  if (!decoder || encoding.startsWith("utf-16")) return 1
  let line = 1
  for (let from = 0; from < bytes.length; line += 1) {
    const end = bytes.indexOf(LINE_FEED, from)
    const to = end < 0 ? bytes.length : end + 1
    try {
      decoder.decode(bytes.subarray(from, to))
    } catch {
      return line
    }
    from = to
  }
  return 1
}
/** The text of a file, without its byte order mark; or why its bytes are none, with the line. Never throws. */
export function decodeXml(bytes: Uint8Array): Read<string> {
  const encoding = encodingOf(bytes)
  const refused = (line: number, text: string): Read<string> => ({ ok: false, error: { line, code: "xmlEncoding", text } })
  const decoder = decoderOf(encoding)
  if (!decoder) return refused(1, `The encoding "${encoding}" is unknown: save the file as UTF-8.`)
  try {
    return { ok: true, value: decoder.decode(bytes) }
  } catch {
    return refused(brokenLine(bytes, encoding), `This is not ${encoding.toUpperCase()}: declare the encoding, or save the file as UTF-8.`)
  }
}
