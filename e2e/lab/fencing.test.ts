import { afterAll, beforeAll, beforeEach, expect, test } from "vitest"
import { hashPassword } from "@/lib/auth/password"
import type { Evidence } from "@/lib/domain/evidence"
import type { NodeState } from "@/lib/domain/views"
import { createPanel, type Panel, until, whyNoBuild } from "../panel/panel"
import { carryOut, defineDevice, defineHttpd, HTTPD } from "./fenced-httpd"
import { type Ipmi, startIpmi } from "./ipmi"
import { labOf } from "./lab"
import { type Power, startPower } from "./power"
import { askHttp, type Probe, startProbe } from "./probe"
import { enrolCluster } from "./services003"

/** Lost nodes for real: httpd on three nodes, whose power the lab's switch cuts, at the panel's word or behind its back. */
const lab = labOf()
const [first = "h1", second = "h2", third = "h3"] = lab.nodes.map(({ name }) => name)
const vip = lab.vip(0)
const PASSWORD = "the admin's own password"
const apache = { configfile: "/etc/apache2/apache2.conf", statusurl: "http://127.0.0.1/server-status" }
const daemon = { class: "ocf", provider: "heartbeat", agent: "apache", params: apache }
let panel: Panel
let power: Power
let ipmi: Ipmi
let probe: Probe
let clusterId = ""

beforeAll(async () => {
  const why = whyNoBuild()
  if (why) throw new Error(why)
  power = await startPower(lab)
  ipmi = await startIpmi(lab, power)
  panel = await createPanel({ port: 3694 })
  await panel.db.user.updateMany({ where: { name: "admin" }, data: { passwordHash: await hashPassword(PASSWORD) } })
  await panel.start()
  clusterId = await enrolCluster(panel, lab)
  await defineHttpd(panel, lab, clusterId, daemon)
  await defineDevice(panel, clusterId, { name: "switch", agent: power.agentPath, paramsOf: power.paramsOf }, [first, second, third])
  probe = startProbe(() => askHttp(vip))
}, 180_000)
afterAll(async () => {
  probe?.end()
  await panel?.end()
  await lab.healPanel()
  for (const { name } of lab.nodes) {
    await lab.heal(name)
    await lab.powerOn(name)
    await lab.exec(name, "systemctl", "stop", "apache2")
    await lab.exec(name, "sh", "-c", `pkill apache2; ip address del ${vip}/24 dev eth0; true`)
  }
  await ipmi?.end()
  await power?.end()
}, 120_000)
/** Everything is on and online, and httpd runs on h1. */
beforeEach(async () => {
  await allOnline()
  const { owner } = (await panel.client.service.get({ clusterId, name: HTTPD })).status
  if (owner !== null && owner !== first)
    await carryOut(panel, () => panel.client.plan.make({ clusterId, service: HTTPD, action: "relocate", target: first }))
  await serves(first)
  probe.take()
}, 120_000)

const nodeOf = (name: string) => panel.client.node.get({ clusterId, name })
const lost = (name: string) => panel.client.fence.lost({ clusterId, name })
const becomes = (node: string, state: NodeState) =>
  until(`${node} ${state}`, async () => ((await nodeOf(node)).state === state ? true : undefined))
const allOnline = () =>
  until("all online", async () =>
    (await panel.client.overview.get({ clusterId })).nodes.every(({ state }) => state === "online") ? true : undefined,
  )
/** By the panel's account, and by the page that a client gets. */
const serves = (node: string) =>
  until(`httpd on ${node}`, async () => {
    const { status } = await panel.client.service.get({ clusterId, name: HTTPD })
    return status.state === "started" && status.owner === node && (await askHttp(vip)) === node ? true : undefined
  })
const lastEvent = async (): Promise<number> => (await panel.client.event.list({ clusterId }))[0]?.id ?? 0
/** Oldest first. */
const eventsAfter = async (id: number) => (await panel.client.event.list({ clusterId })).filter((e) => e.id > id).reverse()
const codesOf = async (node: string, id: number) =>
  (await eventsAfter(id)).filter((e) => e.node === node || e.service === HTTPD).map((e) => e.code)
const momentOf = (code: string, id: number) => until(code, async () => (await eventsAfter(id)).find((e) => e.code === code)?.atMs)
/** Ten times the witnesses were asked anew: the decision about the node is made at least as often, and the last is no other. */
const tenRounds = async (node: string) => {
  const rounds = new Set<number>()
  await until("ten rounds of the witnesses", async () => {
    for (const { kind, atMs } of (await lost(node)).evidence.witnesses) if (kind === "connect") rounds.add(atMs)
    return rounds.size > 10 ? true : undefined
  })
}
const historyOf = async (node: string, sinceMs: number) =>
  (await panel.client.fence.history({ clusterId, node })).filter(({ atMs }) => atMs >= sinceMs)
const holders = async (): Promise<readonly string[]> => {
  const found = await Promise.all(
    lab.nodes.map(async ({ name }) => ((await lab.exec(name, "ip", "-o", "addr")).includes(` ${vip}/`) ? [name] : [])),
  )
  return found.flat()
}
/** The processes of httpd and since when: the same after as before says that nothing was restarted. */
const apacheOf = (node: string) => lab.exec(node, "pgrep", "-o", "apache2")
const saidBy = ({ witnesses }: Evidence): ReadonlySet<string> =>
  new Set(witnesses.map(({ kind, name, says }) => `${name || kind}: ${says}`))
/** What was noted since then, each with its ms after `fromMs`. */
const story = async (id: number, fromMs: number) =>
  (await eventsAfter(id)).map((e) => `${e.code}${e.node === null ? "" : ` ${e.node}`} ${e.atMs - fromMs}`).join(", ")
const outageMs = () => probe.take().reduce((sum, { ms }) => sum + ms, 0)
const confirm = (name: string, password = PASSWORD) =>
  panel.client.node.confirmOff({ clusterId, name, typed: name, isSure: true, saw: "its lamp is dark", password }).catch(told)
/** Of a refusal that was not expected the log says the reason. */
function told(error: unknown): never {
  if (error instanceof Error && "data" in error) error.message += ` ${JSON.stringify(error.data)}`
  throw error
}
/** The reports' codes of a refusal, and its data. */
const refusal = async (act: () => Promise<unknown>) => {
  const error = await act().then(
    () => undefined,
    (e: unknown) => e,
  )
  const data = error instanceof Error && "data" in error ? error.data : undefined
  const { reports = [], ...more } = (data ?? {}) as { readonly reports?: readonly { readonly code: string }[] }
  return { codes: reports.map(({ code }) => code), ...more }
}

test("the test of a device says on, and the node counts as one that can be fenced", async () => {
  for (const node of [first, second, third]) {
    const { levels, readiness } = await panel.client.fence.test({ clusterId, node })
    expect(levels.flat().map(({ device, test: last }) => [device, last?.says])).toEqual([["switch", "on"]])
    expect(readiness).toBe("fenced")
  }
  expect(JSON.stringify(await panel.client.fence.devices({ clusterId }))).not.toContain(power.paramsOf(first).password)
})

const SILENT = ["channel: silent", "connect: silent", `${second}: silent`, `${third}: silent`]
test("h1's power is cut: everybody says so, the switch confirms it, httpd answers on h2, and h1 comes back by itself", async () => {
  const since = await lastEvent()
  const cutMs = Date.now()
  await power.cut(first)
  await until("h1 is off", async () => ((await lost(first)).judgement === "off" ? true : undefined))
  await serves(second)
  const asked = power.log().filter(({ atMs, plug }) => atMs >= cutMs && plug === power.paramsOf(first).plug)
  const offAt = asked.findIndex(({ op }) => op === "off")
  expect(asked.slice(offAt).map(({ op, answer }) => `${op} ${answer}`)).toContain("status OFF")
  const [row, ...more] = await historyOf(first, cutMs)
  expect(more).toEqual([])
  expect(row).toMatchObject({ action: "reboot", outcome: "succeeded", who: "keeper" })
  expect(row?.evidence ? [...saidBy(row.evidence)] : []).toEqual(expect.arrayContaining(SILENT))
  await becomes(first, "online")
  const order = ["node.lost", "node.fencing", "node.fenced", "node.returning", "node.online"]
  expect((await codesOf(first, since)).filter((code) => order.includes(code))).toEqual(order)
  expect(await holders()).toEqual([second])
  console.log(`h1's power cut: outage ${outageMs()} ms; ${await story(since, cutMs)}`)
})

test("a broken switch is asked once: httpd is blocked until a person confirms, with the right password", async () => {
  const since = await lastEvent()
  const cutMs = Date.now()
  power.break()
  try {
    const asked = power.log().length
    await power.cut(first)
    await until("fencing failed", async () => ((await historyOf(first, cutMs))[0]?.outcome === "failed" ? true : undefined))
    await until("its next is a person's", async () => ((await lost(first)).next.code === "fencingFailed" ? true : undefined))
    const { status } = await panel.client.service.get({ clusterId, name: HTTPD })
    expect(status).toMatchObject({ state: "blocked", owner: first })
    const offs = () =>
      power
        .log()
        .slice(asked)
        .filter(({ op }) => op === "off").length
    const afterOne = offs()
    await tenRounds(first)
    expect(offs()).toBe(afterOne)
    expect((await historyOf(first, cutMs)).map(({ outcome }) => outcome)).toEqual(["failed"])
    expect((await codesOf(first, since)).filter((code) => code === "node.fenceFailed")).toHaveLength(1)
    expect(await refusal(() => confirm(first, "a guess"))).toEqual({ codes: ["wrongPassword"] })
    expect((await nodeOf(first)).state).toBe("lost")
    const confirmedMs = Date.now()
    expect(await confirm(first)).toMatchObject({ state: "confirmed" })
    await serves(second)
    console.log(`a broken switch: httpd answers ${Date.now() - confirmedMs} ms after the confirmation; ${await story(since, cutMs)}`)
  } finally {
    power.mend()
  }
  await power.restore(first)
  await becomes(first, "online")
  expect((await codesOf(first, since)).slice(-1)).toEqual(["node.online"])
  expect(await holders()).toEqual([second])
})

test("h1 cut from the panel alone is not fenced: the others see it, httpd serves on, and nobody may confirm", async () => {
  const since = await lastEvent()
  const cutMs = Date.now()
  const before = await apacheOf(first)
  await lab.cutFrom(first, "panel")
  const reason = await until("seen by others", async () => {
    const node = await nodeOf(first)
    return node.state === "unreachable" && node.reason?.code === "seenByOthers" ? node.reason : undefined
  })
  expect(reason.params.by?.split(", ").sort()).toEqual([second, third])
  await tenRounds(first)
  expect(await lost(first)).toMatchObject({ judgement: "alive", next: { code: "seenByOthers" } })
  expect((await nodeOf(first)).state).toBe("unreachable")
  expect((await lab.exec(second, "curl", "-s", "-m", "2", `http://${vip}/`)).trim()).toBe(first)
  const { codes, by } = (await refusal(() => confirm(first))) as { readonly codes: readonly string[]; readonly by?: readonly string[] }
  expect(codes).toEqual(["witnessAgainst"])
  expect(by).toEqual(expect.arrayContaining([second, third]))
  expect((await historyOf(first, cutMs)).map(({ action, outcome }) => [action, outcome])).toEqual([["confirm", "refused"]])
  await lab.heal(first)
  await becomes(first, "online")
  await serves(first)
  expect(await apacheOf(first)).toBe(before)
  expect(await codesOf(first, since)).toEqual(["node.unreachable", "node.online"])
  expect(await power.isOn(first)).toBe(true)
  console.log(`h1 cut from the panel alone: seen by ${reason.params.by}; ${await story(since, cutMs)}`)
})

test("the panel cut off from everybody does nothing, and says so when it is back", async () => {
  const since = await lastEvent()
  const cutMs = Date.now()
  const before = await apacheOf(first)
  await lab.cutPanel()
  await momentOf("cluster.panelCutOff", since)
  await tenRounds(first)
  for (const { name } of lab.nodes) {
    expect(await nodeOf(name)).toMatchObject({ state: "unreachable", reason: { code: "panelCutOff" } })
    expect(await power.isOn(name)).toBe(true)
  }
  expect((await lab.exec(second, "curl", "-s", "-m", "2", `http://${vip}/`)).trim()).toBe(first)
  await lab.healPanel()
  await momentOf("cluster.panelBack", since)
  await allOnline()
  await serves(first)
  expect(await apacheOf(first)).toBe(before)
  const codes = (await eventsAfter(since)).map(({ code }) => code)
  for (const code of ["node.lost", "node.fencing", "service.blocked", "service.started"]) expect(codes).not.toContain(code)
  expect(await panel.client.fence.history({ clusterId }).then((rows) => rows.filter(({ atMs }) => atMs >= cutMs))).toEqual([])
  console.log(`the panel cut off: ${await story(since, cutMs)}`)
})

test("httpd that still runs on a node which was confirmed off is stopped there before the node counts", async () => {
  const since = await lastEvent()
  const { levels } = (await panel.client.fence.nodes({ clusterId })).find(({ node }) => node === first) ?? { levels: [] }
  await panel.client.fence.saveNode({ clusterId, node: first, fencing: { levels: [] } })
  try {
    await lab.cutFrom(first, "all")
    await until("a person is waited for", async () => ((await lost(first)).next.code === "noDevice" ? true : undefined))
    // A false answer: it runs on, and serves whom it reaches.
    expect(await confirm(first)).toMatchObject({ state: "confirmed" })
    await serves(second)
    expect(await holders()).toEqual([first, second])
    const healedMs = Date.now()
    await lab.heal(first)
    await becomes(first, "online")
    expect(await holders()).toEqual([second])
    const order = ["node.returning", "node.cleaning", "node.online"]
    expect((await codesOf(first, since)).filter((code) => order.includes(code))).toEqual(order)
    await expect(lab.exec(first, "pgrep", "-o", "apache2")).rejects.toThrow()
    const [job] = (await panel.client.job.list({ clusterId })).filter(({ subject }) => subject.kind === "clean")
    expect(job).toMatchObject({ state: "succeeded", subject: { kind: "clean", node: first } })
    await serves(second)
    console.log(`h1 back with httpd running, from the moment it was healed: ${await story(since, healedMs)}`)
  } finally {
    await lab.heal(first)
    const again = levels.map((level) => level.map(({ device, params }) => ({ device, params })))
    await panel.client.fence.saveNode({ clusterId, node: first, fencing: { levels: again } })
  }
})

test("fence_ipmilan: a wrong password shows in the test, off by plan moves httpd, and on brings the node back", async () => {
  const device = { name: "bmc", agent: ipmi.agentPath, paramsOf: ipmi.paramsOf }
  await defineDevice(panel, clusterId, device, [second])
  const { ip = "", username = "", lanplus = "", cipher = "" } = ipmi.paramsOf(second)
  const save = (password: string) =>
    panel.client.fence.saveDevice({
      ...{ clusterId, was: device.name, secrets: { password } },
      device: { name: device.name, agent: device.agent, params: { ip, username, lanplus, cipher } },
    })
  const says = async () => (await panel.client.fence.test({ clusterId, node: second })).levels.flat().map(({ test: last }) => last)
  await save("not its password")
  const [wrong] = await says()
  expect(wrong?.says).toBe("error")
  await save(ipmi.paramsOf(second).password ?? "")
  expect((await says())[0]).toMatchObject({ says: "on" })

  await carryOut(panel, () => panel.client.plan.make({ clusterId, service: HTTPD, action: "relocate", target: second }))
  await serves(second)
  probe.take()
  const switchOver = async (action: "off" | "on") => {
    const { id: planId, notes } = await until("a plan", () => panel.client.plan.power({ clusterId, power: second, action }))
    const form = { planId, typed: second, password: PASSWORD, why: "the lab" }
    expect((await refusal(() => panel.client.fence.apply({ ...form, typed: first }))).codes).toEqual(["nameNotTyped"])
    const { jobId } = await panel.client.fence.apply(form)
    await until(`${action}, by its BMC`, async () => ((await panel.client.job.get({ id: jobId })).state === "succeeded" ? true : undefined))
    return notes
  }
  const since = await lastEvent()
  const fromMs = Date.now()
  const notes = await switchOver("off")
  expect(notes).toContainEqual({ code: "fenceMoves", params: { service: HTTPD, node: second, to: first } })
  expect(await power.isOn(second)).toBe(false)
  await serves(first)
  console.log(`fence_ipmilan: wrong password "${wrong?.detail}"; outage ${outageMs()} ms; ${await story(since, fromMs)}`)
  expect((await nodeOf(second)).state).toBe("fenced")
  await switchOver("on")
  await becomes(second, "online")
  expect(await holders()).toEqual([first])
})
