import fc from "fast-check"
import { expect, test } from "vitest"
import { balancerSchema } from "@/lib/domain/balancer"
import { balancerDiff } from "@/lib/domain/balancer-diff"
import { added, changesOf, chosen, countOf, draftOf, removed, textAt, typedAt } from "./draft"
import { problemsOf } from "./draft-errors"
import { packed, unpacked } from "./draft-store"
import { withoutServer, withoutVip, withVip } from "./draft-vip"

const real = (n: number) => ({ address: `10.0.0.${n}`, port: 80, weight: 1, checks: [{ kind: "tcp" as const, kept: [] }], kept: [] })
const model = balancerSchema.parse({
  directors: [
    { instances: [{ name: "VI_1", interface: "eth0", routerId: 51, addresses: [{ address: "10.0.0.100", prefix: 24 }] }] },
    { instances: [{ name: "VI_1", interface: "eth0", routerId: 51, addresses: [{ address: "10.0.0.100", prefix: 24 }] }] },
  ],
  virtualServers: [
    {
      service: { kind: "address", address: "10.0.0.100", port: 80, protocol: "tcp" },
      scheduler: "wrr",
      forwarding: { method: "direct" },
      realServers: [real(1), real(2), real(3)],
    },
    {
      service: { kind: "address", address: "10.0.0.100", port: 443, protocol: "tcp" },
      scheduler: "rr",
      forwarding: { method: "nat" },
      realServers: [real(1)],
    },
  ],
})
const first = "virtualServers.0"
const timeout = `${first}.persistenceTimeout`
const context = { engine: "keepalived" } as const

test("what is no number stays as it was typed, says nothing to the model, and counts as a change that does not hold", () => {
  const draft = typedAt(draftOf(model), timeout, "whole", "30m")
  expect(textAt(draft, timeout, "whole")).toBe("30m")
  expect(draft.model.virtualServers[0]?.persistenceTimeout).toBeUndefined()
  expect(countOf(model, draft)).toBe(1)
  expect(problemsOf(draft, context).at.get(timeout)).toEqual([{ path: timeout, report: null }])
})
test("a number is the model's at once, and its own way of writing stays in the field", () => {
  const draft = typedAt(draftOf(model), `${first}.connectTimeout`, "seconds", "1.0")
  expect(draft.model.virtualServers[0]?.connectTimeout).toBe(1)
  expect(textAt(draft, `${first}.connectTimeout`, "seconds")).toBe("1.0")
  expect(problemsOf(draft, context).all).toEqual([])
})
test("a refusal of the rules stands at its field, and what the server says too is said once", () => {
  const draft = typedAt(draftOf(model), `${first}.realServers.1.port`, "whole", "8080")
  const path = `${first}.realServers.1.port`
  const [own] = problemsOf(draft, context).at.get(path) ?? []
  expect(own?.report?.code).toBe("lbPortMapped")
  if (!own?.report) throw new Error("no report")
  expect(problemsOf(draft, context, [{ ...own.report, field: `model.${path}` }]).all).toHaveLength(1)
})
test("a changed field and its value back again are no change", () => {
  const there = chosen(draftOf(model), `${first}.scheduler`, "lc")
  expect(changesOf(model, there)).toEqual([{ what: "changed", of: "tcp 10.0.0.100:80", field: "scheduler", from: "wrr", to: "lc" }])
  expect(changesOf(model, chosen(there, `${first}.scheduler`, "wrr"))).toEqual([])
})
test("a part of which nothing is said any more is gone, and one that is begun has what it must have", () => {
  const port = typedAt(draftOf(model), `${first}.sorryServer.port`, "whole", "81")
  expect(port.model.virtualServers[0]?.sorryServer).toEqual({ address: "", port: 81 })
  expect(typedAt(port, `${first}.sorryServer.port`, "whole", "").model.virtualServers[0]?.sorryServer).toBeUndefined()
  const user = chosen(draftOf(model), `${first}.quorumUp.user`, "root")
  expect(user.model.virtualServers[0]?.quorumUp).toEqual({ command: "", user: "root" })
})
test("when a real server goes, what was typed in those behind it goes on standing at theirs", () => {
  const list = `${first}.realServers`
  const typed = typedAt(typedAt(draftOf(model), `${list}.0.weight`, "whole", "x"), `${list}.2.weight`, "whole", "1k")
  const draft = removed(typed, list, 0)
  expect(Object.keys(draft.typed)).toEqual([`${list}.1.weight`])
  expect(draft.model.virtualServers[0]?.realServers.map(({ address }) => address)).toEqual(["10.0.0.2", "10.0.0.3"])
})
test("virtual servers that nobody touched stay the same objects, and are not compared", () => {
  const draft = typedAt(draftOf(model), `${first}.realServers.0.weight`, "whole", "5")
  expect(draft.model.virtualServers[1]).toBe(model.virtualServers[1])
  expect(changesOf(model, draft)).toEqual(balancerDiff(model, draft.model))
})
test("a draft survives being kept, with what is typed; of another version it is none", () => {
  const typed = typedAt(added(removed(draftOf(model), "virtualServers", 0), "virtualServers", model.virtualServers[0]), "x", "whole", "3o")
  const draft = chosen(typed, "virtualServers.0.scheduler", "sh")
  const kept = packed(model, 4, draft)
  const back = unpacked(model, 4, kept)
  expect(back?.model).toEqual(draft.model)
  expect(back?.typed).toEqual(draft.typed)
  expect(back?.model.virtualServers[1]).toBe(model.virtualServers[0])
  expect(unpacked(model, 5, kept)).toBeNull()
  expect(unpacked(model, 4, "no json")).toBeNull()
})
test("whatever text is kept in the tab, it is a draft or none, and never an error", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => unpacked(model, 1, text) === null))
})
test("an address that no VRRP instance carries is told for each director, and goes to both with their network's prefix", () => {
  expect(withoutVip(model, "10.0.0.100")).toEqual([])
  expect(withoutVip(model, "10.0.0.101")).toEqual([0, 1])
  const draft = withVip(draftOf(model), "10.0.0.101")
  expect(withoutVip(draft.model, "10.0.0.101")).toEqual([])
  expect(draft.model.directors[1]?.instances[0]?.addresses?.[1]).toEqual({ address: "10.0.0.101", prefix: 24 })
  const six = withVip(draftOf(model), "fd00::1")
  expect(six.model.directors[0]?.instances[0]?.excludedAddresses).toEqual([{ address: "fd00::1" }])
})
test("a virtual server takes its address from VRRP with it only when no other one is there, and never an instance's last", () => {
  const more = added(withVip(draftOf(model), "10.0.0.101"), "virtualServers", {
    ...model.virtualServers[0],
    service: { kind: "address", address: "10.0.0.101", port: 80, protocol: "tcp" },
  })
  const vips = ({ model: { directors } }: ReturnType<typeof draftOf>) =>
    directors.map(({ instances }) => instances.map(({ addresses }) => addresses?.map(({ address }) => address).join()).join())
  expect(vips(withoutServer(more, 2))).toEqual(["10.0.0.100", "10.0.0.100"])
  expect(vips(withoutServer(more, 0))).toEqual(vips(more))
  const last = withoutServer(withoutServer(withoutServer(more, 0), 0), 0)
  expect([last.model.virtualServers, vips(last)]).toEqual([[], ["10.0.0.101", "10.0.0.101"]])
})
