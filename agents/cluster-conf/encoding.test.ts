import fc from "fast-check"
import { expect, test } from "vitest"
import { decodeXml } from "./encoding"
import cases from "./encoding.cases.json"

type Case = (typeof cases)[number] & { readonly text?: string; readonly line?: number }
const isEncoding = (name: string): name is BufferEncoding => Buffer.isEncoding(name)
test.each(cases as readonly Case[])("bytes become text: $what", ({ declared, bytes, mark, text, line }) => {
  const document = `<?xml version="1.0"${declared === "" ? "" : ` encoding="${declared}"`}?>\n<cluster name="café"/>\n`
  if (!isEncoding(bytes)) throw new Error(bytes)
  const result = decodeXml(Buffer.concat([Buffer.from(mark, "hex"), Buffer.from(document, bytes)]))
  if (text === undefined) expect(result).toMatchObject({ ok: false, error: { line, code: "xmlEncoding" } })
  else expect(result).toEqual({ ok: true, value: document })
})
test("any bytes are text, or a refusal with a line", () =>
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const result = decodeXml(bytes)
      expect(result.ok || result.error.line >= 1).toBe(true)
    }),
  ))
