import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import type { Imported } from "../../lib/domain/balancer-import"
import { refusalsOf } from "../../lib/domain/balancer-rules"
import cases from "./lines.cases.json"
import { parseLvsCf } from "./parse"

const read = (text: string): Imported => {
  const parsed = parseLvsCf(text)
  if (!parsed.ok) throw new Error(`${parsed.error.line}: ${parsed.error.text}`)
  return parsed.value
}
const direct = readFileSync(new URL("./fixtures/direct.cf.txt", import.meta.url), "utf8")

test("a pair of Piranha becomes two directors that the rules accept, VRRP in place of pulse", () => {
  const { balancer } = read(direct)
  expect(refusalsOf(balancer)).toEqual([])
  expect(
    balancer.directors.map(({ global, instances }) => [global?.routerId, instances[0]?.priority, instances[0]?.unicastPeers?.[0]?.address]),
  ).toEqual([
    ["192.168.10.1", 150, "192.168.10.2"],
    ["192.168.10.2", 100, "192.168.10.1"],
  ])
  expect(balancer.directors[0]?.instances[0]).toMatchObject({
    nopreempt: true,
    advertInterval: 6,
    addresses: [{ address: "192.168.10.249", prefix: 24, label: "eth0:1" }, {}],
  })
  expect(balancer.directors[0]?.global).toMatchObject({ syncDaemon: { interface: "eth1", id: 7 }, timeouts: { tcp: 900 } })
})
test("virtual and real servers keep their names; what is switched off is a comment, and told", () => {
  const { balancer, verbatim } = read(direct)
  expect(balancer.virtualServers.map(({ name, scheduler, realServers }) => [name, scheduler, realServers.map((one) => one.name)])).toEqual([
    ["web", "rr", ["h1", "h2"]],
    ["dns", "wlc", ["n1"]],
  ])
  expect(verbatim.filter(({ text }) => /^(?:server|virtual|failover) /.test(text)).map(({ line }) => line)).toEqual([48, 68, 77])
})
test("no line is lost: each is in the model, kept, or told with a reason", () => {
  const { understood, verbatim, notUnderstood } = read(direct)
  const said = direct.split("\n").filter((line) => !/^\s*(?:#.*|\})?$/.test(line)).length
  const told = [...verbatim, ...notUnderstood].flatMap(({ text }) => text.split("\n").filter((line) => line.trim() !== "}")).length
  expect(understood + told).toBe(said)
})
test.each(cases)("$what", ({ text, model, notUnderstood }) => {
  const imported = read(text.join("\n"))
  expect(imported.balancer).toMatchObject(model)
  expect(imported.notUnderstood.map(({ line, reason }) => `${line} ${reason}`)).toEqual(notUnderstood)
})
test.each([
  ["virtual a {\n", 1, "braceOpen"],
  ["x = 1\n}\n", 2, "braceClosed"],
  [`x = ${"y".repeat(5_000)}`, 1, "tooLong"],
])("%j is refused with its line", (text, line, code) => {
  expect(parseLvsCf(text)).toMatchObject({ ok: false, error: { line, code } })
})
