import fc from "fast-check"
import { expect, test } from "vitest"
import { cutAtMarks } from "./marks"

const nonce = "moyai-0123456789abcdef"
/** Bodies that come close to a mark without being one. */
const body = fc
  .array(fc.constantFrom("\n", "\nmoyai-", "\nmoyai-0123456789abcde", "x", "moyai-0123456789abcdef", "\r\n\0é"), { maxLength: 8 })
  .map((parts) => parts.join("").replaceAll(`\n${nonce}`, "?"))

test("however a stream is cut into pieces, each body is found between its marks, byte for byte", () => {
  fc.assert(
    fc.property(
      fc.array(body, { minLength: 1, maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
      (bodies, sizes) => {
        const bytes = Buffer.from(bodies.map((b, i) => `${b}\n${nonce} ${i}\n`).join(""))
        const found: string[] = []
        const numbers: number[] = []
        let current: Buffer[] = []
        const cut = cutAtMarks(
          nonce,
          (chunk) => current.push(chunk),
          ([n]) => {
            numbers.push(Number(n))
            found.push(Buffer.concat(current).toString())
            current = []
          },
        )
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % sizes.length] ?? 1
          cut.write(bytes.subarray(at, at + size))
          at += size
        }
        expect(found).toEqual(bodies)
        expect(numbers).toEqual([...bodies.keys()])
      },
    ),
  )
})
test("after the last awaited mark nothing is held back, and at the end nothing is kept", () => {
  const seen: string[] = []
  const cut = cutAtMarks(
    nonce,
    (chunk) => seen.push(chunk.toString()),
    () => seen.push("|"),
    1,
  )
  cut.write(Buffer.from(`rc noise\n${nonce} 7\nout`))
  expect(seen).toEqual(["rc noise", "|", "out"])
  const early: string[] = []
  const never = cutAtMarks(
    nonce,
    (chunk) => early.push(chunk.toString()),
    () => undefined,
  )
  never.write(Buffer.from("no mark"))
  never.end()
  expect(early.join("")).toBe("no mark")
})
