import { readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { balancers } from "../../lib/domain/balancer.fixture"
import { type Imported, lineOf } from "../../lib/domain/balancer-import"
import { refusalsOf } from "../../lib/domain/balancer-rules"
import { coverageOf } from "./coverage"
import { parseKeepalived } from "./parse"
import readings from "./readings.cases.json"
import cases from "./refusals.cases.json"
import { renderKeepalived } from "./render"

const read = (text: string, files?: Readonly<Record<string, string>>): Imported => {
  const parsed = parseKeepalived(text, files)
  if (!parsed.ok) throw new Error(`${parsed.error.line}: ${parsed.error.text}`)
  return parsed.value
}
const again = (text: string) => read(renderKeepalived(read(text).balancer)).balancer
const real = readFileSync(new URL("./fixtures/ka.dir1.conf.txt", import.meta.url), "utf8")

test("what is rendered reads back equal, with nothing left over", () =>
  fc.assert(
    fc.property(balancers(), (balancer) => {
      const back = read(renderKeepalived(balancer))
      expect(back.balancer).toEqual(balancer)
      expect([...back.verbatim, ...back.notUnderstood]).toEqual([])
    }),
    { numRuns: 150 },
  ))
test("a real director's file is read whole, and the password that keepalived never saw is told", () => {
  const { balancer, verbatim, notUnderstood, understood } = read(real)
  expect(understood).toBe(46)
  expect(verbatim).toEqual([])
  expect(notUnderstood).toMatchObject([{ line: 13, text: "auth_type PASS auth_pass labpass1" }])
  expect(balancer.virtualServers[0]?.realServers.map(({ checks }) => checks.map(({ kind }) => kind))).toEqual([["http"], ["tcp"], ["misc"]])
  expect(again(real)).toEqual(balancer)
})
describe("statements, row by row", () => {
  type Row = (typeof readings)[number] & { readonly model?: object; readonly files?: Readonly<Record<string, string>> }
  test.each(readings as readonly Row[])("$what", ({ conf, files, model, verbatim, notUnderstood }) => {
    const imported = read(conf.join("\n"), files)
    if (model) expect(imported.balancer).toMatchObject(model)
    expect(imported.verbatim.map(({ line, text }) => `${line} ${text.split("\n")[0]}`)).toEqual(verbatim)
    expect(imported.notUnderstood.map(({ line, text, reason = "" }) => `${line} ${text.split("\n")[0]} | ${reason}`)).toEqual(notUnderstood)
    expect(read(renderKeepalived(imported.balancer)).balancer).toEqual(imported.balancer)
  })
})
describe("what the kernel or keepalived would refuse or change is refused, at its field and line (§0, §2, §3)", () => {
  test.each(cases)("$what", ({ conf, code, field }) => {
    const imported = read(conf.join("\n"))
    expect(refusalsOf(imported.balancer).map((one) => `${one.code} ${one.field}`)).toContain(`${code} ${field}`)
    expect(conf[lineOf(imported, field) - 1]).toBeDefined()
  })
})
test("kept statements stand where they stood, before the statement that followed them", () => {
  const text =
    "! top\nbfd_instance b {\n  min_rx 10 # why\n}\nvirtual_server 10.0.0.1 80 {\n  # first\n  protocol TCP\n  log_all_failures\n  real_server 10.0.0.2 80 {\n    FILE_CHECK {\n      track_file f\n    }\n    TCP_CHECK {\n    }\n  }\n  # last\n}\n"
  const lines = renderKeepalived(read(text).balancer).split("\n")
  const at = (line: string) => lines.findIndex((one) => one.trim() === line)
  expect(at("! top")).toBe(0)
  expect(at("bfd_instance b {")).toBeLessThan(at("virtual_server 10.0.0.1 80 {"))
  expect(at("# first") + 1).toBe(at("protocol TCP"))
  expect(at("log_all_failures") + 1).toBe(at("real_server 10.0.0.2 80 {"))
  expect(at("FILE_CHECK {")).toBeLessThan(at("TCP_CHECK {"))
  expect(lines.slice(-4)).toEqual(["  }", "  # last", "}", ""])
})
test("every line that says something is in the table of coverage", () => {
  const lines = new Set(coverageOf(read(real)).map(({ line }) => line))
  const silent = real.split("\n").flatMap((line, i) => (/^[\s}]*$/.test(line) || lines.has(i + 1) ? [] : [i + 1]))
  expect(silent).toEqual([])
})
test.each([
  ["virtual_server 10.0.0.1 80 {\n", 1, "braceOpen"],
  ["a\n}\n", 2, "braceClosed"],
  ["\n{\n}", 2, "braceAlone"],
  ['x\ny "z\n', 2, "quoteOpen"],
  [`\n${"a {\n".repeat(40)}`, 34, "tooDeep"],
  [`a\n${"b".repeat(70_000)}`, 2, "tooLong"],
])("%j is refused with its line", (text, line, code) => {
  expect(parseKeepalived(text)).toMatchObject({ ok: false, error: { line, code } })
})
test("includes that go in a circle, and definitions of themselves, end", () => {
  expect(parseKeepalived("include a", { a: "include a" })).toMatchObject({ ok: false, error: { line: 1, code: "tooDeep" } })
  const bomb = `${Array.from({ length: 20 }, (_, i) => `$A${i}=\${A${i + 1}}\${A${i + 1}}\${A${i + 1}}`).join("\n")}\nvirtual_server \${A0} 80 {\n}\n`
  expect(parseKeepalived(bomb).ok).toBe(true)
})
