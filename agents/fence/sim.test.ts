import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type Sh, stdinOf } from "../../lib/node/sh"
import type { SimHost } from "../contract"
import { fenceMetadata, listFenceAgents } from "./metadata"
import { off, on, power } from "./operations"
import { simulate } from "./sim"

type Trouble = ReturnType<NonNullable<SimHost["power"]>["trouble"]>
/** Two machines of one rack: they share its switch. */
function rack(trouble?: Trouble) {
  const isOn = new Map([
    ["h1", true],
    ["h2", true],
  ])
  const switches: NonNullable<SimHost["power"]> = {
    isOn: (plug) => isOn.get(plug) ?? false,
    set: (plug, value) => isOn.set(plug, value),
    trouble: () => trouble,
  }
  const host = (node: string, ownPower?: SimHost["power"]): SimHost => ({
    ...{ node, nowMs: () => 0, has: () => false, bootId: "b", machineId: "m", bootedAtMs: 0, disk: new Map(), addresses: new Set() },
    ...(ownPower ? { power: ownPower } : {}),
  })
  const machines = { h1: simulate(host("h1", switches)), h2: simulate(host("h2", switches)), bare: simulate(host("bare")) }
  const begin = (command: Sh, at: keyof typeof machines = "h1") => machines[at].begin(command.argv, stdinOf(command))
  const run = (command: Sh, at: keyof typeof machines = "h1") => begin(command, at)?.end() ?? { exitCode: 127, stdout: "", stderr: "" }
  return { begin, run, isOn }
}
const request = { agent: "fence_sim", params: { ip: "pdu", plug: "h2" }, node: "h2", device: "pdu", secrets: { password: "hunter2" } }
const fact = power(request)

describe("the pretend power switch", () => {
  test("lists its agents, and each has its meta-data", () => {
    const { run } = rack()
    const listed = listFenceAgents()
    const agents = listed.parse(run(listed.command))
    expect(agents).toEqual(["fence_ipmilan", "fence_sim"])
    for (const agent of agents) expect(fenceMetadata(agent).parse(run(fenceMetadata(agent).command)).name).toBe(agent)
  })
  test("after each operation the device says so, wherever it is asked; a second run changes nothing", () =>
    fc.assert(
      fc.property(fc.array(fc.constantFrom(off, on), { maxLength: 8 }), (operations) => {
        const { run, isOn } = rack()
        for (const bound of operations.map((operation) => operation.bind(request))) {
          expect(run(bound.command).exitCode).toBe(0)
          const once = [...isOn]
          expect(run(bound.command).exitCode).toBe(0)
          expect([...isOn]).toEqual(once)
          expect(bound.isSettled(run(bound.look, "h2"))).toBe(true)
        }
        expect(isOn.get("h1")).toBe(true)
      }),
    ))
  test("fence_ipmilan switches the machine that its address is of", () => {
    const { run, isOn } = rack()
    run(off.bind({ ...request, agent: "fence_ipmilan", params: { ip: "h1" } }).command)
    expect([...isOn]).toEqual([
      ["h1", false],
      ["h2", true],
    ])
  })
  test("broken: it does not answer, and nothing happens", () => {
    const { run, isOn } = rack("broken")
    expect(run(off.bind(request).command)).toMatchObject({ exitCode: 1, stderr: "power switch does not answer\n" })
    expect(fact.parse(run(fact.command))).toEqual({ says: "error", detail: "exit code 1: power switch does not answer" })
    expect(isOn.get("h2")).toBe(true)
  })
  test("lies: it says off, to everybody who asks, and the machine runs on", () => {
    const { run, isOn } = rack("lies")
    expect(fact.parse(run(fact.command)).says).toBe("on")
    expect(run(off.bind(request).command).exitCode).toBe(0)
    expect(fact.parse(run(fact.command, "h2")).says).toBe("off")
    expect(isOn.get("h2")).toBe(true)
  })
  test("slow: eight seconds, and the power goes at their end", () => {
    const { begin, isOn } = rack("slow")
    const begun = begin(off.bind(request).command)
    expect([begun?.takesMs, isOn.get("h2")]).toEqual([8_000, true])
    begun?.end()
    expect(isOn.get("h2")).toBe(false)
  })
  test("a machine without a switch says that it does not answer", () =>
    expect(rack().run(off.bind(request).command, "bare").exitCode).toBe(1))
  test("a plug must be said", () => {
    const { run } = rack()
    expect(run(off.bind({ ...request, params: {} }).command).stderr).toContain("plug")
  })
})
