import { readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { parseClusterConf } from "./parse"
import { renderXml, withNextVersion } from "./render"
import { readXml, type XmlDocument, type XmlElement, type XmlNode } from "./xml"
import cases from "./xml.cases.json"

const fixtures = ["web-rhel6.conf", "mail-rhel5.conf"].map((name) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8"))
const read = (text: string): XmlDocument => {
  const result = readXml(text)
  if (!result.ok) throw new Error(`${result.error.line}: ${result.error.text}`)
  return result.value
}
const unlined = <T>(value: T): T => JSON.parse(JSON.stringify(value, (key, part) => (key === "line" ? undefined : part)))

describe("what is not read is refused with its line and a reason", () => {
  test.each(cases)("$what", ({ xml, line, code }) => {
    const result = readXml(xml)
    expect(result).toMatchObject({ ok: false, error: { line, code } })
    expect(result.ok ? "" : result.error.text).toMatch(/^[A-Z<].*\.$/)
  })
  test.each([
    ["too long", `<cluster>${" ".repeat(1024 * 1024)}</cluster>`, "xmlTooLong"],
    ["too deep", `${"<a>".repeat(65)}${"</a>".repeat(65)}`, "xmlTooDeep"],
    ["too many elements", `<a>${"<b/>".repeat(10_000)}</a>`, "xmlTooMany"],
    ["too many attributes", `<a ${Array.from({ length: 257 }, (_, i) => `a${i}=""`).join(" ")}/>`, "xmlTooMany"],
  ])("%s", (_what, xml, code) => expect(readXml(xml)).toMatchObject({ ok: false, error: { line: 1, code } }))
  test("64 levels and 10 000 elements are read", () => {
    expect(readXml(`${"<a>".repeat(64)}${"</a>".repeat(64)}`).ok).toBe(true)
    expect(readXml(`<a>${"<b/>".repeat(9_999)}</a>`).ok).toBe(true)
  })
})

test("elements and attributes keep their lines and their order, comments and instructions their place", () => {
  const { declaration, before, root, after } = read(
    '<?xml version="1.0"?>\n<!-- a -->\n<cluster\n  name="c"\n  config_version="1">\n  <!-- b -->\n  <rm z="1" a="2"/>\n  <?x y?>\n</cluster>\n<!-- c -->\n',
  )
  expect(declaration).toEqual({ version: "1.0" })
  expect([before, after]).toMatchObject([[{ kind: "comment", text: " a ", line: 2 }], [{ kind: "comment", text: " c ", line: 10 }]])
  expect(root).toMatchObject({
    name: "cluster",
    line: 3,
    attributes: [
      { name: "name", line: 4 },
      { name: "config_version", line: 5 },
    ],
  })
  expect(root.children.filter(({ kind }) => kind !== "text")).toMatchObject([
    { kind: "comment", text: " b ", line: 6 },
    { kind: "element", name: "rm", line: 7, attributes: [{ name: "z" }, { name: "a" }] },
    { kind: "instruction", target: "x", text: "y", line: 8 },
  ])
})
test("a real file is written back as it was, byte for byte where it was written as we write", () => {
  for (const text of fixtures) {
    const written = renderXml(read(text))
    expect(unlined(read(written))).toEqual(unlined(read(text)))
    expect(renderXml(read(written))).toBe(written)
  }
  const [first = ""] = fixtures
  expect(renderXml(read(first))).toBe(first)
})
test("the next version changes config_version and nothing else", () => {
  const [text = ""] = fixtures
  expect(renderXml(withNextVersion(read(text)))).toBe(text.replace('config_version="14"', 'config_version="15"'))
  expect(renderXml(withNextVersion(read('<cluster name="c"/>')))).toBe('<cluster name="c" config_version="1"/>\n')
})

// ---- properties ----
const name = fc.stringMatching(/^[A-Za-z_][\w.-]{0,8}$/)
const chars = fc.string({ unit: fc.constantFrom(..."abcé漢🐢 <>&\"'\t\n\r-]?"), maxLength: 12 })
const attributes = fc.uniqueArray(fc.tuple(name, chars), { selector: ([key]) => key, maxLength: 5 })
const comment = chars.map((text) => text.replace(/-|\r/g, ".")).map((text): XmlNode => ({ kind: "comment", text, line: 0 }))
const texts = chars.filter((text) => text !== "").map((text): XmlNode => ({ kind: "text", text, line: 0 }))
const build = (tag: string, attrs: readonly (readonly [string, string])[], children: readonly XmlNode[]): XmlElement => ({
  ...{ kind: "element", name: tag, line: 0, attributes: attrs.map(([key, value]) => ({ name: key, value, line: 0 })) },
  children: children.filter((child, i) => child.kind !== "text" || children[i - 1]?.kind !== "text"),
})
const { element } = fc.letrec<{ element: XmlElement; node: XmlNode }>((tie) => ({
  element: fc.tuple(name, attributes, fc.array(tie("node"), { maxLength: 4 })).map(([tag, attrs, children]) => build(tag, attrs, children)),
  node: fc.oneof({ maxDepth: 4, withCrossShrink: true }, texts, comment, tie("element")),
}))

test("any tree is read back as it was written, whatever its texts and attributes hold", () =>
  fc.assert(
    fc.property(element, fc.array(comment, { maxLength: 2 }), (root, around) => {
      const document: XmlDocument = { declaration: { version: "1.0", encoding: "UTF-8" }, before: around, root, after: around }
      expect(unlined(read(renderXml(document)))).toEqual(unlined(document))
    }),
    { numRuns: 500 },
  ))

const pieces = [
  "<",
  ">",
  "&",
  '"',
  "'",
  "/",
  "<!DOCTYPE x [",
  "]>",
  "<!--",
  "-->",
  "&#0;",
  "&x;",
  "<![CDATA[",
  "\0",
  "￾",
  "\ud800",
  "<?",
  "<a>",
  "</a>",
]
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 0, max: 40 }),
  put: fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: "binary", maxLength: 6 })),
})
test("10,000 mutations of real files end in a document or in a refusal with a line of the file", { timeout: 120_000 }, () =>
  fc.assert(
    fc.property(fc.constantFrom(...fixtures), fc.array(edit, { minLength: 1, maxLength: 4 }), (text, edits) => {
      const broken = edits.reduce((now, { at, length, put }) => {
        const from = Math.floor(at * now.length)
        return now.slice(0, from) + put + now.slice(from + length)
      }, text)
      const result = parseClusterConf(broken)
      if (result.ok) return
      expect(result.error.line).toBeGreaterThanOrEqual(1)
      expect(result.error.line).toBeLessThanOrEqual(broken.split(/\r\n|\r|\n/).length)
      expect(result.error.text).not.toBe("")
    }),
    { numRuns: 10_000 },
  ),
)
