import { existsSync, readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { z } from "zod"
import type { Driver, Fact, Machine, SimHost } from "./contract"
import {
  arpAnswers,
  bind,
  bootEnablement,
  drivers,
  fenceMetadata,
  listAgents,
  listFenceAgents,
  listUnits,
  metadata,
  power,
  readConfig,
  readFaults,
  realServerState,
  simulators,
  testConfig,
} from "./registry"
import { unitsAtBoot } from "./system/facts"

const simHost = (): SimHost => ({
  node: "h1",
  nowMs: () => 1_800_000_000_000,
  has: () => false,
  bootId: "00000000-0000-4000-8000-000000000001",
  machineId: "0123456789abcdef0123456789abcdef",
  bootedAtMs: 1_799_999_000_000,
  disk: new Map([["/etc/systemd/system/multi-user.target.wants/named.service", ""]]),
  addresses: new Set(["10.0.0.11/24"]),
})
function pretendMachine() {
  const host = simHost()
  const machines: readonly Machine[] = simulators.map((simulate) => simulate(host))
  const run = (argv: readonly string[]) => {
    const begun = machines.map((machine) => machine.begin(argv, "")).find((b) => b !== undefined)
    return begun?.end() ?? { exitCode: 127, stdout: "", stderr: "not found" }
  }
  const read = (driver: Driver, definitions: readonly unknown[]): Record<string, unknown> =>
    Object.fromEntries(driver.facts(definitions).map(({ name, command, parse }) => [name, parse(run(command.argv))]))
  return { run, read }
}

/** What may be defined, by driver: a law holds for all of it. Names are unique, as a cluster demands it. */
const ocf = (name: string, agent: string, params: Record<string, string>) => ({ class: "ocf", name, provider: "heartbeat", agent, params })
const resources = [
  ocf("ip", "IPaddr2", { ip: "192.168.10.246", cidr_netmask: "24" }),
  ocf("ip6", "IPaddr2", { ip: "fd00::246", cidr_netmask: "64" }),
  ocf("web", "apache", { configfile: "/etc/apache2/apache2.conf" }),
  ocf("dummy", "Dummy", { state: "/run/a b'c" }),
  { class: "systemd", name: "dns", unit: "named" },
  { class: "systemd", name: "mail", unit: "postfix.service" },
]
const ocfPair = fc
  .array(fc.tuple(fc.constantFrom(...resources), fc.constantFrom("started", "stopped"), fc.constantFrom("started", "stopped")), {
    maxLength: 6,
  })
  .map((list) => list.filter(([r], i) => list.findIndex(([other]) => other === r) === i))
  .map((list) => ({
    actual: list.map(([resource, state]) => ({ resource, state })),
    desired: list.map(([resource, , state]) => ({ resource, state })),
  }))
const arbitraries: Readonly<Record<string, fc.Arbitrary<{ actual: readonly unknown[]; desired: readonly unknown[] }>>> = {
  system: fc.constant({ actual: [{}], desired: [{}] }),
  ocf: ocfPair,
  fence: fc.constant({ actual: [{}], desired: [{}] }),
  keepalived: fc.constant({ actual: [{ balancer: "web" }], desired: [{ balancer: "web" }] }),
  ipvs: fc.constant({ actual: [{ balancer: "web" }], desired: [{ balancer: "web" }] }),
  realserver: fc.constant({ actual: [{ balancer: "web" }], desired: [{ balancer: "web" }] }),
}
/** With one of these, a driver has facts. */
const definitions: Readonly<Record<string, readonly unknown[]>> = {
  ocf: resources.map((resource) => ({ resource, state: "started" })),
  keepalived: [{ balancer: "web" }],
  ipvs: [{ balancer: "web" }],
  realserver: [{ balancer: "web" }],
}
const fencing = { agent: "fence_sim", params: { ip: "pdu", plug: "h2" }, node: "h2", device: "pdu" }
const onDemand: readonly Fact[] = [
  ...[listAgents(), listUnits(), unitsAtBoot, bootEnablement("named"), metadata("heartbeat", "IPaddr2")],
  ...[realServerState, arpAnswers("10.0.0.9")],
  ...[listFenceAgents(), fenceMetadata("fence_ipmilan"), power({ ...fencing, secrets: { password: "hunter2" } })],
  ...[readConfig(), readFaults, testConfig("")],
]
/** The only ones that run though a look says that they are settled: fencing is never inferred. No plan makes them. */
const alwaysRun = ["fence.off"]

describe.each(drivers.map((driver) => [driver.name, driver] as const))("%s", (name, driver) => {
  const pair = arbitraries[name] ?? fc.constant({ actual: [], desired: [] })
  test("has something to try its laws on", () => expect(arbitraries[name]).toBeDefined())
  test("its facts are named after it, once each, and carry no stdin", () => {
    const facts = driver.facts(definitions[name] ?? [])
    const names = facts.map((fact) => fact.name)
    expect(new Set(names).size).toBe(names.length)
    expect(names.every((fact) => fact.startsWith(`${name}.`))).toBe(true)
    expect(facts.every(({ command, everyMs }) => command.stdin === "" && everyMs >= 1_000)).toBe(true)
  })
  test("the plan of the actual state is empty", () =>
    fc.assert(
      fc.property(pair, ({ actual }) => {
        const machine = pretendMachine()
        for (const call of driver.plan("h1", actual, machine.read(driver, actual))) machine.run(bind(call).command.argv)
        expect(driver.plan("h1", actual, machine.read(driver, actual))).toEqual([])
      }),
    ))
  test("after a plan was simulated the next is empty, every operation is settled, and a second run changes nothing", () =>
    fc.assert(
      fc.property(pair, ({ actual, desired }) => {
        const machine = pretendMachine()
        for (const call of driver.plan("h1", actual, {})) machine.run(bind(call).command.argv)
        const operations = driver.plan("h1", desired, machine.read(driver, desired)).map(bind)
        for (const { command } of operations) expect(machine.run(command.argv).exitCode).toBe(0)
        const once = machine.read(driver, desired)
        for (const { command } of operations) expect(machine.run(command.argv).exitCode).toBe(0)
        expect(machine.read(driver, desired)).toEqual(once)
        expect(driver.plan("h1", desired, once)).toEqual([])
        expect(operations.every(({ look, isSettled }) => isSettled(machine.run(look.argv)))).toBe(true)
      }),
    ))
  test("a sentence is a code with parameters, a command names its words, and every operation takes its time", () => {
    const calls = driver.plan(
      "h1",
      resources.map((resource) => ({ resource, state: "started" })).slice(0, name === "ocf" ? undefined : 0),
      {},
    )
    for (const bound of calls.map(bind)) {
      expect(bound.sentence.code).toMatch(/^[a-zA-Z]+$/)
      expect(bound.command.argv.length).toBeGreaterThan(1)
      expect(bound.timeoutMs).toBeGreaterThanOrEqual(1_000)
      expect(bound.alwaysRun).toBe(false)
    }
  })
})

const Row = z.object({ fact: z.string(), file: z.string(), command: z.string(), expect: z.json(), resource: z.json().optional() })
const rows = drivers.flatMap((driver) => {
  const index = new URL(`./${driver.name}/captures/index.json`, import.meta.url)
  return existsSync(index)
    ? z
        .array(Row)
        .parse(JSON.parse(readFileSync(index, "utf8")))
        .map((row) => ({ driver, index, ...row }))
    : []
})
const factOf = (driver: Driver, name: string, resource: unknown): Fact | undefined => {
  const [, provider, agent] = name.split(":")
  if (name.startsWith("ocf.metadata:")) return metadata(provider ?? "", agent ?? "")
  return driver
    .facts(resource === undefined ? (definitions[driver.name] ?? []) : [{ resource, state: "started" }])
    .find((fact) => fact.name === name)
}
test.each(rows)("$fact reads $file as the real tool wrote it", ({ driver, index, fact, file, resource, expect: wanted }) => {
  const stdout = readFileSync(new URL(file, index), "utf8")
  const value = factOf(driver, fact, resource)?.parse({ exitCode: 0, stdout, stderr: "" })
  // Lists in the table may name single places, such as {"1": …}.
  expect(JSON.parse(JSON.stringify(value), (_, v) => (Array.isArray(v) ? { ...v, length: v.length } : v))).toMatchObject(
    JSON.parse(JSON.stringify(wanted), (_, v) => (Array.isArray(v) ? { ...v, length: v.length } : v)),
  )
})

const everyFact = [...drivers.flatMap((driver) => driver.facts(definitions[driver.name] ?? [])), ...onDemand]
const hostile = [
  "",
  "\0".repeat(100),
  "\x1b]0;owned\x07\x1b[2J\x1b[31m<img src=x onerror=alert(1)>",
  "__proto__=polluted\nconstructor=x\nActiveState=__proto__\nMemTotal: __proto__ kB\nhostname=<img onerror=1>\nbootId=x",
  '[{"__proto__":{"polluted":1},"ifname":"__proto__","flags":"UP"}]',
  '{"__proto__":{"polluted":1}}',
  "<a>".repeat(50_000),
  '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><resource-agent name="&b;"/>',
  '<resource-agent name="x"><__proto__><polluted/></__proto__></resource-agent>',
  "x".repeat(10 * 1024 * 1024),
  "\n".repeat(2 * 1024 * 1024),
  `{"UNIT":${"[".repeat(20_000)}`,
  Buffer.from([...Array(4096).keys()].map((i) => (i * 73) % 256)).toString("utf8"),
]
describe("output that no tool ever wrote", () => {
  const isPlain = (error: unknown) =>
    error instanceof Error &&
    error.constructor === Error &&
    error.message.length > 5 &&
    error.message.length < 600 &&
    !/\p{Cc}/u.test(error.message)
  const survive = (fact: Fact, text: string, exitCode: number) => {
    try {
      const value = JSON.stringify(fact.parse({ exitCode, stdout: text, stderr: text.slice(0, 1_000_000) }))
      expect(value.length).toBeLessThan(2_000_000)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none may come through
      expect(value).not.toMatch(/\\u001b|[\0-\x1f]/)
    } catch (error) {
      if (error instanceof Error && error.name === "AssertionError") throw error
      expect([fact.name, error, isPlain(error)]).toEqual([fact.name, error, true])
    }
    expect(Object.keys(Object.prototype)).toEqual([])
  }
  test.each(everyFact.map((fact) => [fact.name, fact] as const))("%s gives a value or a plain sentence, and is quick", (_, fact) => {
    const startMs = performance.now()
    for (const text of hostile) for (const exitCode of [0, 1, 255]) survive(fact, text, exitCode)
    expect(performance.now() - startMs).toBeLessThan(5_000)
  })
  test.each(everyFact.map((fact) => [fact.name, fact] as const))("%s whatever comes", (_, fact) =>
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), fc.nat(255), (text, code) => survive(fact, text, code)),
      { numRuns: 60 },
    ),
  )
  test("a journal line never throws", () => {
    const push = drivers.find(({ name }) => name === "ocf")?.push?.([{ resource: resources[4], state: "started" }])
    expect(push?.wakes('{"UNIT":"named.service","MESSAGE":"Stopped"}')).toEqual(["ocf.monitor:dns"])
    fc.assert(
      fc.property(
        fc.oneof(
          fc.constantFrom(...hostile),
          fc.json(),
          fc.string().map((s) => `{"UNIT":${s}`),
        ),
        (line) => {
          expect(push?.wakes(line)).toEqual([])
        },
      ),
    )
    expect(push?.wakes('{"UNIT":"__proto__"}')).toEqual([])
  })
})
test("only fencing runs though it is settled", () => {
  const params: Readonly<Record<string, unknown>> = {
    fence: fencing,
    system: { ip: "10.0.0.9" },
    delay: { seconds: 10, step: 1, of: 3 },
    ocf: resources[0],
    disableAtBoot: { unit: "named" },
    keepalived: {},
    configure: { text: "", sha256: "0".repeat(64) },
    load: { sha256: "0".repeat(64), model: {}, director: 0 },
    takeOver: { addresses: ["10.0.0.9"] },
    stepDown: { addresses: ["10.0.0.9"] },
    ipvs: {},
    restore: { model: {}, input: "" },
    persist: { text: "" },
    holdAddress: { address: "10.0.0.9" },
    dropAddress: { address: "10.0.0.9" },
    mark: { rules: [{ mark: 7, protocol: "tcp", address: "10.0.0.9", from: 80, to: 80 }] },
    loadModule: { module: "ip_vs" },
    quiet: {},
    realserver: { address: "10.0.0.9" },
    redirect: { address: "10.0.0.9", protocol: "tcp", port: 80 },
    unredirect: { address: "10.0.0.9", protocol: "tcp", port: 80 },
  }
  const calls = drivers.flatMap((driver) => driver.operations.map(({ name }) => ({ node: "h1", driver: driver.name, op: name })))
  const always = calls.filter(({ driver, op }) => {
    const operation = drivers.find(({ name }) => name === driver)?.operations.find(({ name }) => name === op)
    return operation?.bind(params[op] ?? params[driver]).alwaysRun
  })
  expect(always.map(({ driver, op }) => `${driver}.${op}`)).toEqual(alwaysRun)
})
test("an operation that no driver has is refused", () =>
  expect(() => bind({ node: "h1", driver: "ocf", op: "promote", params: {} })).toThrow("ocf.promote"))
