import { expect, test } from "vitest"
import { balancerSchema } from "./balancer"
import { tableDrift } from "./balancer-table-drift"

const KEY = "tcp 10.0.0.9:80"
const model = balancerSchema.parse({
  virtualServers: [
    {
      ...{ service: { kind: "address", address: "10.0.0.9", port: 80, protocol: "tcp" }, scheduler: "rr", forwarding: { method: "nat" } },
      realServers: [{ address: "10.0.0.2" }, { address: "10.0.0.3", weight: 4 }],
    },
  ],
})
const real = (address: string, weight: number) => ({ address, port: 80, method: "nat" as const, weight, active: 3, inactive: 1 })
const service = (over: object = {}) => ({
  ...{
    key: KEY,
    protocol: "tcp" as const,
    address: "10.0.0.9",
    port: 80,
    mark: null,
    scheduler: "rr",
    persistence: null,
    onePacket: false,
  },
  realServers: [real("10.0.0.2", 1), real("10.0.0.3", 4)],
  ...over,
})
test("a table that is as wanted has no drift, however many connections it counts", () => {
  expect(tableDrift(model, [service()])).toEqual([])
})
test("what was added, taken out or changed by hand is told in the document's words", () => {
  const [removed, added] = ["removed", "added"].map((what) => ({ what, field: null, from: null, to: null }))
  expect(tableDrift(model, [])).toEqual([{ ...removed, of: KEY }])
  expect(tableDrift(model, [service(), service({ key: "tcp 10.0.0.8:80" })])).toEqual([{ ...added, of: "tcp 10.0.0.8:80" }])
  expect(tableDrift(model, [service({ scheduler: "wrr", realServers: [real("10.0.0.3", 0), real("10.0.0.7", 1)] })])).toEqual([
    { what: "changed", of: KEY, field: "scheduler", from: "rr", to: "wrr" },
    { ...removed, of: `${KEY} real 10.0.0.2:80` },
    { what: "changed", of: `${KEY} real 10.0.0.3:80`, field: "weight", from: "4", to: "0" },
    { ...added, of: `${KEY} real 10.0.0.7:80` },
  ])
})
