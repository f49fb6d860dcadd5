/**
 * Cuts a stream at the lines "\n<nonce> words…\n": what lies between goes to `body`, the words to `mark`.
 * After `marksMax` marks everything is body, at once: while one is awaited, a few bytes are held back, for it may begin there; `end` gives them out.
 */
export function cutAtMarks(nonce: string, body: (chunk: Buffer) => void, mark: (words: readonly string[]) => void, marksMax = Infinity) {
  const needle = Buffer.from(`\n${nonce}`)
  let held: Buffer = Buffer.alloc(0)
  let marks = 0
  const pass = (chunk: Buffer) => {
    if (chunk.length > 0) body(chunk)
  }
  const write = (chunk: Buffer): void => {
    let rest: Buffer = held.length > 0 ? Buffer.concat([held, chunk]) : chunk
    held = Buffer.alloc(0)
    while (marks < marksMax) {
      const at = rest.indexOf(needle)
      const end = at < 0 ? -1 : rest.indexOf("\n", at + needle.length)
      if (end < 0) {
        const from = at < 0 ? Math.max(0, rest.length - needle.length + 1) : at
        pass(rest.subarray(0, from))
        held = rest.subarray(from)
        return
      }
      pass(rest.subarray(0, at))
      marks += 1
      mark(
        rest
          .subarray(at + needle.length, end)
          .toString()
          .split(" ")
          .filter(Boolean),
      )
      rest = rest.subarray(end + 1)
    }
    pass(rest)
  }
  return { write, end: (): void => pass(held) }
}
