import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { isDeepStrictEqual } from "node:util"
import { expect, test } from "vitest"
import { formatOf } from "../../agents/balancer-format"
import { parseKeepalived } from "../../agents/keepalived/parse"
import { renderKeepalived } from "../../agents/keepalived/render"
import { called } from "../io.fixture"
import { balancerCheck, balancerImport } from "./balancer"

const agents = new URL("../../agents/", import.meta.url)
const path = (name: string) => fileURLToPath(new URL(name, agents))
const real = ["keepalived", "lvs-cf", "ipvs"].flatMap((folder) =>
  readdirSync(path(`${folder}/fixtures`))
    .filter((name) => name.endsWith(".txt"))
    .map((name) => `${folder}/fixtures/${name}`),
)
const textOf = (name: string) => readFileSync(path(name), "utf8")

test("the format is recognised by itself", () => {
  const found = Object.fromEntries(real.map((name) => [name, formatOf(textOf(name))]))
  for (const [name, format] of Object.entries(found))
    expect([name, format]).toEqual([
      name,
      name.startsWith("keepalived") ? "keepalived" : name.startsWith("lvs") ? "lvsCf" : /ipvsadm-S/.test(name) ? "ipvsSave" : "ipvsList",
    ])
  expect(formatOf("<cluster/>")).toBeUndefined()
})
test("import --json has exactly its five keys", async () => {
  const { exit, out } = await called(["balancer", "import", path("keepalived/fixtures/ka.dir1.conf.txt"), "--json"])
  expect(exit).toBe(0)
  const value = JSON.parse(out)
  expect(Object.keys(value)).toEqual(["virtualServers", "directors", "understood", "verbatim", "notUnderstood"])
  expect(value).toMatchObject({ understood: 46, verbatim: [], notUnderstood: [{ line: 13 }] })
})
test("render prints keepalived.conf, of either director of a pair, and rendering it again changes nothing", async () => {
  const file = path("lvs-cf/fixtures/direct.cf.txt")
  const [first, second] = [await called(["balancer", "render", file]), await called(["balancer", "render", file, "--director", "2"])]
  expect([first.exit, second.exit]).toEqual([0, 0])
  expect(first.out).toContain("priority 150")
  expect(second.out).toContain("priority 100")
  const again = await called(["balancer", "render", "-"], { input: first.out })
  expect(again.out).toBe(first.out)
  expect((await called(["balancer", "diff", file, "-"], { input: first.out })).out).toContain("removed: director 2")
})
test("check ends with 1 on what would be refused, with line and reason, and with 0 otherwise", async () => {
  const input =
    "virtual_server 10.0.0.1 80 {\n  protocol TCP\n  lvs_method DR\n  real_server 10.0.0.2 8080 {\n    TCP_CHECK {\n    }\n  }\n}\n"
  const bad = await called(["balancer", "check", "-"], { input })
  expect(bad.exit).toBe(1)
  expect(bad.out).toMatch(/^-:4: error: Direct routing cannot change the port: .*\[lbPortMapped\]\n$/)
  expect((await called(["balancer", "check", "-"], { input: input.replace("8080", "80") })).exit).toBe(0)
  const json = JSON.parse((await called(["balancer", "check", "-", "--json"], { input })).out)
  expect(json).toMatchObject({ findings: [{ line: 4, severity: "error", code: "lbPortMapped" }] })
})
test("diff says what would change across formats, in words and as JSON", async () => {
  const save = path("ipvs/fixtures/ipvsadm-Sn.mixed.txt")
  expect((await called(["balancer", "diff", save, path("ipvs/fixtures/proc-net-ip_vs.mixed.txt")])).out).toBe("nothing would change\n")
  const input = textOf("ipvs/fixtures/ipvsadm-Sn.mixed.txt").replace("-w 3", "-w 5")
  const changed = await called(["balancer", "diff", save, "-"], { input })
  expect(changed.out).toBe("tcp 10.10.0.100:80 real 10.10.0.101:80: weight: 3 → 5\n")
  expect(JSON.parse((await called(["balancer", "diff", save, "-", "--json"], { input })).out)).toEqual({
    changes: [{ what: "changed", of: "tcp 10.10.0.100:80 real 10.10.0.101:80", field: "weight", from: "3", to: "5" }],
  })
})
test("what is no such file ends with 2 and its line", async () => {
  expect(await called(["balancer", "import", "-"], { input: "<cluster/>" })).toMatchObject({ exit: 2 })
  expect((await called(["balancer", "import", "-"], { input: "virtual_server 10.0.0.1 80 {\n" })).err).toContain(
    "-:1: The { of virtual_server is never closed.",
  )
})
/** The same numbers in every run. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
const pieces = [
  "{",
  "}",
  '"',
  "'",
  "\\",
  "\n",
  "#",
  "!",
  " ",
  "$A",
  "${A}",
  "$A=b\n",
  "@x ",
  "~SEQ",
  "include x\n",
  "\u0000",
  "é",
  "99999999999999999999",
  "-1",
  "[::1]:0",
  "__proto__",
  "constructor ",
  "real_server 1 {\n",
  "-C\n",
  "= ",
]
function mutated(text: string, pick: (below: number) => number): string {
  const [at, length] = [pick(text.length + 1), pick(12)]
  const piece = pieces[pick(pieces.length)] ?? ""
  const other = pick(text.length + 1)
  const ways = [
    () => text.slice(0, at) + piece + text.slice(at),
    () => text.slice(0, at) + text.slice(at + length),
    () => text.slice(0, at),
    () => text.slice(0, at) + text.slice(other, other + 40) + text.slice(at),
    () => text.slice(0, at) + String.fromCharCode(pick(128)) + text.slice(at + 1),
  ]
  return (ways[pick(ways.length)] ?? (() => text))()
}
/** A model, or a message with a line; what was read is the same when it is written and read again. */
function mustEnd(text: string): void {
  const imported = balancerImport({ text })
  if (!imported.ok) expect(imported.error.line).toBeGreaterThan(0)
  const checked = balancerCheck({ text }, ({ code }) => code)
  if (checked.ok) expect(checked.value.findings.every(({ line }) => line > 0)).toBe(true)
  const first = formatOf(text) === "keepalived" ? parseKeepalived(text) : undefined
  if (!first?.ok) return
  const rendered = renderKeepalived(first.value.balancer)
  const again = parseKeepalived(rendered)
  if (!again.ok) throw new Error(`written, and not read again: ${JSON.stringify(text)}`)
  if (!isDeepStrictEqual(again.value.balancer, first.value.balancer))
    throw new Error(`not the same again: ${JSON.stringify(text)} ${rendered}`)
}
test("10,000 mutations of real files end in a model or a message with a line, and what is read is written and read again as the same", () => {
  const pick = random(7)
  const texts = real.map(textOf)
  for (let n = 0; n < 10_000; n++) {
    // Every third is of the two that are longest.
    let text = texts[pick(n % 3 === 0 ? 2 : texts.length)] ?? ""
    for (let times = pick(4); times >= 0; times--) text = mutated(text, pick)
    mustEnd(text)
  }
}, 120_000)
test("hostile texts as long as the limits end in seconds", () => {
  const begun = Date.now()
  for (const text of [
    `virtual_server 10.0.0.1 80 {\n${"x {\n".repeat(200_000)}`,
    `virtual_server 10.0.0.1 80 {\n${"real_server 10.0.0.2 80 {\n}\n".repeat(20_000)}}\n`,
    `virtual_server ${'"a'.repeat(400_000)}`,
    `-A -t 10.0.0.1:80\n${Array.from({ length: 20_000 }, (_, i) => `-a -t 10.0.0.1:80 -r 10.${i >> 16}.${(i >> 8) & 255}.${i & 255}:80\n`).join("")}`,
    `virtual a {\n${"server b {\n}\n".repeat(20_000)}}\n`,
    "\n".repeat(900_000),
    `${" ".repeat(900_000)}x`,
    `virtual_server 10.0.0.1 80 {\n${"typo 1\n".repeat(20_000)}}\n`,
    `IP Virtual Server version 1.2.1\n${"TCP  10.0.0.1:80 rr\n".repeat(20_000)}`,
  ])
    mustEnd(text)
  expect(Date.now() - begun).toBeLessThan(60_000)
}, 120_000)
