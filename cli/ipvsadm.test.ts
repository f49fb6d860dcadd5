import { readFileSync } from "node:fs"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { parseConnections, parseCounters } from "../agents/ipvs/connections"
import { parseRates } from "../agents/ipvs/parse-facts"
import { kernelTableIn, liveTable } from "../agents/ipvs-table"
import { balancerSchema } from "../lib/domain/balancer"
import type { DirectorRole, RealServerView, VirtualServerView } from "../lib/domain/balancer-view"
import { startWorld, type World } from "../lib/server/world.fixture"
import { realsIn } from "./commands/balancers"
import { connectionsText, countersText, ratesText, tableText } from "./commands/ipvsadm-text"
import drains from "./drain.cases.json"
import { called } from "./io.fixture"
import type { Panel } from "./panel"
import { refusalOf } from "./refusal"

const fixture = (name: string) => readFileSync(new URL(`../agents/ipvs/${name}.txt`, import.meta.url), "utf8")
const said = (stdout: string) => ({ exitCode: 0, stdout, stderr: "" })
const squeezed = (text: string) => text.replace(/ +/g, " ")
const factOf = <T>(value: T) => ({ value, atMs: 1_000, everyMs: 1_000, from: "", freshness: "fresh" as const })
const place = { balancer: "web", node: "h1", role: "active" as DirectorRole, why: null }
const liveOf = (name: string) =>
  liveTable(kernelTableIn(said(`moyai.hz=250\n${squeezed(fixture(`fixtures/proc-net-ip_vs.${name}`))}moyai.table\n`)))
const lines = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => line.trimEnd())
/** Without the title, and what stands before each line. */
const own = (text: string) =>
  lines(text)
    .slice(1)
    .map((line) => line.slice("DIRECTOR active  ".length))

const blocksOf = (all: readonly string[]) =>
  all
    .join("\n")
    .split(/\n(?=[A-Z])/)
    .toSorted()

describe("behind the director and its role stand ipvsadm's own lines", () => {
  test.each(["mixed", "nat.rr", "persistent", "fwmark"])("the table: %s", (name) => {
    const text = tableText({ directors: [{ ...place, table: factOf(liveOf(name)), rates: null }] })
    // /proc has its own order of services, and the panel's table no mask.
    const listed = lines(fixture(`fixtures/ipvsadm-Ln.${name}`)).map((line) => line.replace(/ mask \S+/, ""))
    expect(blocksOf(own(text))).toEqual(blocksOf(listed.slice(1)))
    expect(
      new Set(
        lines(text)
          .slice(3)
          .map((line) => line.split(/ +/).slice(0, 2).join(" ")),
      ),
    ).toEqual(new Set(["h1 active"]))
  })
  test.each(["stats.mixed", "stats-exact.dr.wrr"])("counters: %s", (name) => {
    const text = fixture(`fixtures/ipvsadm-Ln-${name}`)
    const counters = parseCounters(said(`${squeezed(text)}moyai.end\n`))
    expect(own(countersText({ directors: [{ ...place, counters }] }))).toEqual(lines(text).slice(1))
  })
  test("rates, but for the packets", () => {
    const text = fixture("fixtures/ipvsadm-Ln-rate.mixed")
    const rates = parseRates(said(`${squeezed(text)}moyai.end\n`))
    const shown = own(ratesText({ directors: [{ ...place, table: null, rates: factOf(rates) }] }))
    const withoutPackets = (line: string) => (/[\dS]$/.test(line) && line.length > 42 ? line.slice(0, 42) + line.slice(60) : line)
    expect(shown).toEqual(lines(text).slice(1).map(withoutPackets))
  })
  test.each(["nat.rr", "persistent", "udp.nat"])("connections: %s", (name) => {
    const text = fixture(`connections-fixtures/ipvsadm-Lcn.${name}`)
    const { rows, isCut } = parseConnections(said(`${squeezed(text)}moyai.end\n`))
    const answer = { name: "web", directors: [{ node: "h1", role: place.role, why: null, rows, isCut }] }
    expect(own(connectionsText([answer]))).toEqual(lines(text).slice(1))
  })
})
test("a director with an empty table is there, one that is not known is not; what came from outside moves no cursor", () => {
  const directors = [
    { ...place, table: factOf([]), rates: null },
    { ...place, node: "director-two", role: "standby" as const, table: factOf(liveOf("nat.rr")), rates: null },
    { ...place, node: "h3", role: "unknown" as const, table: null, rates: null },
  ]
  const text = tableText({ directors })
  expect(lines(text).slice(3, 5)).toEqual(["h1           active   (no virtual servers)", "director-two standby  TCP  10.10.0.100:80 rr"])
  expect(text).not.toContain("h3")
  const pe = { name: "sip", data: "a\u001b[2J" }
  const row = { protocol: "UDP", expiresIn: 6_001, state: "UDP", source: "[2001:db8::1234:5678]:5060", virtual: "v", destination: "d", pe }
  const answer = { name: "web", directors: [{ node: "h1", role: place.role, why: null, rows: [row], isCut: false }] }
  expect(own(connectionsText([answer]))).toEqual([
    "pro expire state       source                     virtual            destination        pe name          pe_data",
    "UDP 100:01 UDP         [2001:db8::1234:5678]:5060 v                  d                  sip              a [2J",
  ])
})

const real = (key: string, over: Partial<RealServerView> = {}): RealServerView => ({
  ...{
    key,
    name: null,
    node: null,
    isMaintained: false,
    wanted: { weight: 1 },
    live: null,
    rate: null,
    state: "serving",
    isSorryServer: false,
  },
  ...over,
})
const server = (key: string, name: string | null, realServers: readonly RealServerView[]): VirtualServerView => ({
  ...{
    key,
    name,
    scheduler: "rr",
    method: "direct",
    state: "up",
    active: 0,
    inactive: 0,
    rate: null,
    counts: { serving: 0, draining: 0, out: 0 },
    realServers,
  },
})
const live = {
  virtualServers: [
    server("tcp 10.0.0.100:80", "www", [
      real("10.0.0.1:80", { node: "h1" }),
      real("10.0.0.2:80", { name: "two" }),
      real("10.0.0.9:80", { wanted: null }),
    ]),
    server("tcp [2001:db8::100]:443", null, [real("[2001:db8::1]:443", { node: "h1" })]),
  ],
}
test.each(drains)("drain $real in $server means $found", ({ real: wanted, server: within, found }) => {
  const find = () => realsIn(live, wanted, within ?? undefined).map((one) => `${one.server} ${one.real}`)
  if (found.length > 0) expect(find()).toEqual(found)
  else expect(find).toThrow(/there is no (?:real|virtual) server .*; there are: /)
})

describe("with a panel", () => {
  let w: World
  const instance = (priority: number) => ({
    name: "VI_1",
    interface: "eth0",
    routerId: 51,
    nopreempt: true,
    priority,
    addresses: [{ address: "192.168.10.100", prefix: 24 }],
  })
  const model = balancerSchema.parse({
    directors: [{ instances: [instance(100)] }, { instances: [instance(90)] }],
    virtualServers: [
      {
        name: "www",
        service: { kind: "address", address: "192.168.10.100", port: 80, protocol: "tcp" },
        scheduler: "rr",
        forwarding: { method: "nat" },
        realServers: [
          { address: "192.168.10.50", port: 80 },
          { address: "192.168.10.51", port: 80 },
        ],
      },
    ],
  })
  const moyai = (line: string | readonly string[], panel: Panel = w.as("operator")) => called(line, { panel })
  beforeAll(async () => {
    w = await startWorld({ users: true, services: false })
    await w.until("nodes answer", async () => {
      const { nodes } = await w.admin.overview.get({ clusterId: w.clusterId })
      return nodes.length === 3 && nodes.every(({ state }) => state === "online")
    })
    const balancer = { name: "web", engine: "keepalived" as const, nodes: ["h1", "h2"], model }
    // Nodes count as online until the first look at them: a plan may be out of date at once.
    const jobId = await w.until("a plan that holds", async () => {
      try {
        const { id } = await w.admin.plan.balancer({ clusterId: w.clusterId, was: null, balancer })
        return (await w.admin.plan.apply({ planId: id, why: "" })).jobId
      } catch (error) {
        if (refusalOf(error)?.status !== 409) throw error
        return undefined
      }
    })
    await w.jobIs(jobId, "succeeded")
    await w.until("one serves, the other stands by", async () => {
      const [row] = await w.admin.balancer.list({ clusterId: w.clusterId })
      return (
        row?.serving === 2 &&
        row.directors
          .map(({ role }) => role)
          .toSorted()
          .join(" ") === "active standby"
      )
    })
  })
  afterAll(() => w?.stop())
  afterEach(() => expect(w.cluster.violations).toEqual([]))

  test("balancers lists them with their directors' roles", async () => {
    const { exit, out } = await moyai("balancers")
    expect(exit).toBe(0)
    expect(lines(out)[1]).toMatch(/^web +h1 (?:active|standby), h2 (?:active|standby) +1 up +2 of 2$/)
    expect((await moyai("names balancers")).out).toBe("web\n")
    expect(JSON.parse((await moyai("balancers --json")).out)).toMatchObject([{ name: "web", serving: 2 }])
  })
  test.each(["ipvsadm", "ipvsadm -L", "ipvsadm -Ln", "ipvsadm -ln"])("%s is the table of both", async (line) => {
    const { exit, out, err } = await moyai(line)
    expect([exit, err]).toEqual([0, ""])
    expect(out).toMatch(/^IP Virtual Server\nDIRECTOR ROLE .*Prot LocalAddress:Port Scheduler Flags\n/)
    for (const node of ["h1", "h2"]) expect(out).toMatch(new RegExp(`^${node} +(?:active |standby)  TCP  192\\.168\\.10\\.100:80 rr$`, "m"))
  })
  test.each([
    ["--rate", "CPS    InBPS   OutBPS"],
    ["--stats --exact", "Conns   InPkts  OutPkts  InBytes OutBytes"],
    ["-c", "pro expire state"],
    ["-cn", "pro expire state"],
  ])("ipvsadm -L %s", async (option, head) => {
    const { exit, out, err } = await moyai(`ipvsadm -L ${option}`)
    expect([exit, err]).toEqual([0, ""])
    expect(out).toContain(head)
    expect(out).toMatch(/^h\d +active .* 192\.168\.10\.|^h\d +active .*TCP/m)
    expect(JSON.parse((await moyai(`ipvsadm -L ${option} --json`)).out)).toBeTruthy()
  })
  test("two lists at once, and what changes something, are wrong usage", async () => {
    expect(await moyai("ipvsadm -L --rate --stats")).toMatchObject({ exit: 2, out: "", err: expect.stringContaining("one at a time") })
    expect(await moyai("ipvsadm -A -t 10.0.0.1:80")).toMatchObject({ exit: 2, out: "" })
  })
  test("drain shows its plan, and carries it out; --undo gives connections again", async () => {
    const plan = await moyai("drain web 192.168.10.50 --plan")
    expect(plan).toMatchObject({ exit: 0, err: "", out: expect.stringContaining("Drain real servers of web") })
    expect(plan.out).toMatch(/^\/etc\/keepalived\/keepalived.conf on h1:$[\s\S]*^ {2}\+ +weight 0$/m)
    expect(await moyai("drain web 192.168.10.50 --yes --wait --json")).toMatchObject({ exit: 0 })
    const weightOf = async () =>
      (await w.admin.balancer.live({ clusterId: w.clusterId, name: "web" })).virtualServers[0]?.realServers[0]?.wanted?.weight
    expect(await weightOf()).toBe(0)
    const server = ["--server", "tcp 192.168.10.100:80"]
    expect(await moyai(["drain", "web", "192.168.10.50:80", ...server, "--undo", "--yes", "--wait", "--json"])).toMatchObject({
      exit: 0,
    })
    expect(await weightOf()).toBe(1)
    expect(await moyai("drain web 192.168.10.50 --slow 60 --yes")).toMatchObject({ exit: 2, err: expect.stringContaining("--undo") })
    expect(await moyai("drain web 192.168.10.50 --undo --slow 4 --yes")).toMatchObject({ exit: 3 })
    expect(await moyai("drain web 10.9.9.9 --yes")).toMatchObject({ exit: 2, err: expect.stringContaining("192.168.10.51:80") })
    expect(await moyai("drain nobodys 10.9.9.9 --yes")).toMatchObject({ exit: 3 })
    expect(await called("drain web 192.168.10.50 --yes", { panel: w.as("viewer") })).toMatchObject({ exit: 6 })
  })
  test("weight shows its plan, and carries it out; a number that is none is wrong usage", async () => {
    expect(await moyai("weight web 192.168.10.50 7 --plan")).toMatchObject({ exit: 0, out: expect.stringContaining("weight 7") })
    expect(await moyai("weight web 192.168.10.50 7 --yes --wait --json")).toMatchObject({ exit: 0 })
    const { virtualServers } = await w.admin.balancer.live({ clusterId: w.clusterId, name: "web" })
    expect(virtualServers[0]?.realServers.map(({ wanted }) => wanted?.weight)).toEqual([7, 1])
    expect(await moyai("weight web 192.168.10.50 1 --yes --wait --json")).toMatchObject({ exit: 0 })
    for (const wrong of ["65536", "-1", "1.5", "x"]) expect(await moyai(`weight web 192.168.10.50 ${wrong}`)).toMatchObject({ exit: 2 })
    expect(await called("weight web 192.168.10.50 7 --yes", { panel: w.as("viewer") })).toMatchObject({ exit: 6 })
  })
  test("status tells what is wrong with a balancer among what needs you", async () => {
    expect((await moyai("status")).out).not.toContain("web:")
    expect(w.cluster.nodeOf("h2").disturb("stopUnit", "keepalived")).toBe(true)
    const told = await w.until("it is told", async () => {
      const { out } = await moyai("status")
      return /^ {2}! web: .*$/m.exec(out)?.[0]
    })
    expect(told).toBe("  ! web: nobody would take over: keepalived is stopped on h2")
    const needs = [{ code: "noStandby", level: "need", params: { nodes: "h2" } }]
    expect(JSON.parse((await moyai("status --json")).out)).toMatchObject({ balancers: [{ name: "web", needs }] })
  })
  test("a director that does not answer is named with the reason on standard error, and the others are shown", async () => {
    w.cluster.nodeOf("h2").powerOff()
    const { exit, out, err } = await moyai("ipvsadm -Lc")
    expect(exit).toBe(0)
    expect(err).toMatch(/^moyai: h2: \S/)
    expect(out).toMatch(/^h1 /m)
    const gone = await w.until("its table is too old", async () => {
      const said = await moyai("ipvsadm -L")
      return /^h2 /m.test(said.out) ? undefined : said
    })
    expect(gone).toMatchObject({ exit: 0, err: expect.stringMatching(/^moyai: h2: \S/) })
    expect(JSON.parse((await moyai("ipvsadm -L --json")).out).directors[1]).toMatchObject({
      node: "h2",
      table: null,
      why: { params: { node: "h2" } },
    })
  })
})
