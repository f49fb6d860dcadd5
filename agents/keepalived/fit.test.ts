import fc from "fast-check"
import { expect, test } from "vitest"
import { type Balancer, balancerSchema } from "../../lib/domain/balancer"
import { balancers } from "../../lib/domain/balancer.fixture"
import type { LiveReal, LiveService, LiveTable } from "../../lib/domain/balancer-live"
import type { SimHost } from "../contract"
import { fitsTable } from "../ipvs-fit"
import { setRules, simServices, tableText } from "../ipvs-sim"
import { kernelTableIn, liveTable } from "../ipvs-table"
import { asTable } from "./fit"
import { parseKeepalived } from "./parse"
import { renderKeepalived } from "./render"

const host = (): SimHost => ({
  ...{ node: "h1", nowMs: () => 1_800_000_000_000, has: () => false, bootId: "", machineId: "", bootedAtMs: 0 },
  ...{ disk: new Map(), addresses: new Set(["10.0.0.1/24"]) },
})
/** As a kernel has it whom keepalived told all of the model. */
function tableOf(model: Balancer): LiveTable {
  const machine = host()
  setRules(machine, () => model.virtualServers.flatMap((one) => simServices(one, model.directors[0])))
  return liveTable(kernelTableIn({ exitCode: 0, stdout: tableText(machine), stderr: "" }))
}
const withReals = (service: LiveService, change: (reals: readonly LiveReal[]) => readonly LiveReal[]): LiveService => ({
  ...service,
  realServers: [...change(service.realServers)],
})
const isSix = ({ key }: LiveService) => key.includes("[") || key.includes("inet6")
const other = (service: LiveService): LiveReal => ({
  ...{ address: isSix(service) || service.realServers[0]?.address.includes(":") ? "fd77::9" : "10.77.77.9", port: service.port ?? 80 },
  ...{ method: "direct", weight: 3, active: 0, inactive: 0 },
})
/** What somebody types: -D, -d, -e -w, -e -m, -a, -E -s, -E -p. */
const hands: readonly ((service: LiveService) => readonly LiveService[])[] = [
  () => [],
  (one) => [withReals(one, (reals) => reals.slice(1))],
  (one) => [withReals(one, (reals) => reals.map((real, i) => (i === 0 ? { ...real, weight: real.weight + 7 } : real)))],
  (one) => [withReals(one, (reals) => reals.map((real, i) => (i === 0 ? { ...real, weight: 0 } : real)))],
  (one) => [
    withReals(one, (reals) => reals.map((real, i) => (i === 0 ? { ...real, method: real.method === "nat" ? "direct" : "nat" } : real))),
  ],
  (one) => [withReals(one, (reals) => [...reals, other(one)])],
  (one) => [{ ...one, scheduler: one.scheduler === "lc" ? "rr" : "lc" }],
  (one) => [{ ...one, persistence: (one.persistence ?? 0) + 60 }],
]
const byHand = fc.array(fc.nat(hands.length), { minLength: 8, maxLength: 8 })
const changed = (table: LiveTable, choices: readonly number[]): LiveTable =>
  table.flatMap((service, i) => hands[choices[i % choices.length] ?? hands.length]?.(service) ?? [service])

test("a table that keepalived made of its file is told as nothing, and whatever its checks say", () => {
  fc.assert(
    fc.property(balancers(), (model) => {
      expect(asTable(model, 0, tableOf(model))).toBeNull()
      const out = tableOf(model).map((one) =>
        withReals(one, (reals) =>
          reals.filter((real) =>
            model.virtualServers.every((server) =>
              server.realServers.every(({ address, checks }) => address !== real.address || checks.length === 0),
            ),
          ),
        ),
      )
      expect(asTable(model, 0, out)).toBeNull()
    }),
  )
})
test("whatever somebody did to the table, what keepalived is told first is what it has, and that can be written and read back", () => {
  fc.assert(
    fc.property(balancers(), byHand, (model, choices) => {
      const table = changed(tableOf(model), choices)
      const first = asTable(model, 0, table)
      expect(first === null).toBe(fitsTable(model, 0, table))
      if (!first) return
      // Of what was taken out whole, whatever is left in the table is nobody's any more.
      expect(fitsTable(first, 0, table)).toBe(true)
      expect(first.directors).toEqual(model.directors)
      const read = parseKeepalived(renderKeepalived(first, 0), {})
      expect(read.ok && read.value.balancer.virtualServers).toEqual(first.virtualServers)
    }),
  )
})

const web = (real: object = {}, over: object = {}) =>
  balancerSchema.parse({
    directors: [{}],
    virtualServers: [
      {
        ...{
          service: { kind: "address", address: "10.0.0.1", port: 80, protocol: "tcp" },
          scheduler: "wrr",
          forwarding: { method: "direct" },
        },
        realServers: [{ address: "10.0.0.2", port: 80, weight: 3, ...real }],
        ...over,
      },
    ],
  })
const check = { checks: [{ kind: "tcp" }] }
const zero = (model: Balancer) => tableOf(model).map((one) => withReals(one, ([real]) => (real ? [{ ...real, weight: 0 }] : [])))
const none = (model: Balancer) => tableOf(model).map((one) => withReals(one, () => []))
const sorry = { sorryServer: { address: "10.0.0.9", port: 80 } }
const apologising = (model: Balancer) =>
  none(model).map((one) => withReals(one, () => [{ address: "10.0.0.9", port: 80, method: "direct", weight: 1, active: 0, inactive: 0 }]))
const both = (model: Balancer) =>
  tableOf(model).map((one) =>
    withReals(one, ([real]) => [...(real ? [{ ...real, weight: 0 }] : []), ...(apologising(model)[0]?.realServers ?? [])]),
  )
const asleep = (model: Balancer) => apologising(model).map((one) => withReals(one, ([real]) => (real ? [{ ...real, weight: 0 }] : [])))
test.each([
  [
    "somebody's weight of who apologises",
    web(check, sorry),
    (model: Balancer) => apologising(model).map((one) => withReals(one, ([real]) => (real ? [{ ...real, weight: 5 }] : []))),
  ],
  [
    "a persistence taken away, where a mask would bring keepalived's own",
    web({}, { persistenceTimeout: 300, persistenceMask: "255.255.255.0" }),
    (model: Balancer) => tableOf(model).map((one) => ({ ...one, persistence: null })),
  ],
])("%s can be told: it is what the table has", (_, model, change) => {
  const table = change(model)
  const first = asTable(model, 0, table)
  expect(first && [fitsTable(first, 0, table), first.virtualServers[0]?.persistenceMask]).toEqual([true, undefined])
})
test("virtual servers of a group are left as they are: keepalived knows them by their order", () => {
  const group = { groups: [{ name: "G", members: [{ addresses: "10.0.0.1", port: 80 }] }] }
  const model = balancerSchema.parse({ ...web({}, { service: { kind: "group", group: "G", protocol: "tcp" } }), directors: [group] })
  expect(asTable(model, 0, [])).toBeNull()
})
test.each([
  ["weight 0 of a check that inhibits", web({ ...check, inhibitOnFailure: true }), zero, true],
  ["weight 0 of a check, inhibited by the virtual server", web(check, { inhibitOnFailure: true }), zero, true],
  ["weight 0 where a check would take it out", web(check), zero, false],
  ["weight 0 without a check", web({}, { inhibitOnFailure: true }), zero, false],
  ["weight 0 that is wanted", web({ weight: 0 }), zero, true],
  ["out by its check", web(check), none, true],
  ["out without a check", web(), none, false],
  ["out without a check, while somebody apologises", web({}, sorry), apologising, true],
  ["weight 0 of one that is inhibited with all, while somebody apologises", web({}, { ...sorry, inhibitOnFailure: true }), both, true],
  ["out, beside one who is inhibited and only stands there for apologies", web({}, sorry), asleep, false],
  ["a comment is no check", web({ kept: [{ text: "# old", before: "" }] }), none, false],
  ["a line that is kept may be a check", web({ kept: [{ text: "BFD_CHECK {\n}", before: "" }] }), none, true],
])("%s", (_, model, table, isKeepalived) => {
  expect(asTable(model, 0, table(model)) === null).toBe(isKeepalived)
})
