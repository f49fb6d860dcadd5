import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { balancers } from "./balancer.fixture"
import { type DoctorScene, diagnose, doctorCodes, notSeenCodes } from "./doctor"
import { cases, healthy, sceneOfCase } from "./doctor.fixture"

test("the healthy scene has no finding, nothing unseen, and everything well that can be known of it", () => {
  const { findings, notSeen, well } = diagnose(healthy)
  expect([findings, notSeen]).toEqual([[], []])
  // Whom VRRP hears on a segment is never known wholly: others may not be the panel's.
  expect(doctorCodes.filter((code) => !well.includes(code))).toEqual(["vridClash"])
})
describe("one thing otherwise", () => {
  test.each(cases.map((one) => [one.name, one] as const))("%s", (_, one) => {
    const { findings, notSeen, well } = diagnose(sceneOfCase(one))
    expect(findings.map(({ level, code }) => `${level} ${code}`).toSorted()).toEqual(one.finds.toSorted())
    const [first] = findings
    if (one.params) expect(first?.params).toMatchObject(one.params)
    if (one.fix !== undefined) expect(first?.fix).toEqual(one.fix)
    if (one.evidence) expect(first?.evidence.map(({ text }) => text)).toEqual(one.evidence)
    if (one.commands) expect(first?.commands.map(({ command }) => command)).toEqual(one.commands)
    if (one.notSeen) expect(notSeen.map(({ code }) => code).toSorted()).toEqual(one.notSeen.toSorted())
    expect(well.filter((code) => findings.some((f) => f.code === code) || one.notWell?.includes(code))).toEqual([])
  })
  test("every finding has a case, and every reason for not having seen one", () => {
    const finds = new Set(cases.flatMap((one) => one.finds.map((find) => find.split(" ")[1])))
    expect(doctorCodes.filter((code) => !finds.has(code))).toEqual([])
    const reasons = new Set(cases.flatMap((one) => one.notSeen ?? []))
    expect(notSeenCodes.filter((code) => !reasons.has(code))).toEqual([])
  })
})

const blind = (scene: DoctorScene): DoctorScene => ({
  ...scene,
  directors: scene.directors.map(({ node }) => ({ node, service: null, table: null, kernel: null, realserver: null })),
  realServers: scene.realServers.map((one) => ({ ...one, state: null })),
  drift: scene.drift.map((one) => ({ ...one, changes: null })),
  arp: [],
})
const random = balancers().map((model): DoctorScene => {
  const addresses = [...new Set(model.virtualServers.flatMap(({ realServers }) => realServers.map(({ address }) => address)))]
  return {
    ...healthy,
    model,
    realServers: addresses.map((address, i) => ({ address, node: i % 3 === 0 ? null : `rs${i}`, state: null })),
  }
})
describe("laws", () => {
  test("with every fact missing nothing is bad, nothing is well, and all of it is told as not seen", () => {
    expect(diagnose(blind(healthy))).toMatchObject({ findings: [], well: [] })
    fc.assert(
      fc.property(random, (scene) => {
        const { findings, well, notSeen } = diagnose(blind(scene))
        expect([findings.filter(({ level }) => level === "bad"), well]).toEqual([[], []])
        const told = JSON.stringify(notSeen)
        for (const { node } of scene.directors) expect(told).toContain(`"node":"${node}"`)
        for (const { address, node } of scene.realServers)
          expect(told).toContain(node === null ? `"address":"${address}"` : `"node":"${node}"`)
      }),
    )
  })
  test("what is too old is as if it were missing", () => {
    const HOUR_MS = 3_600_000
    const later = (scene: DoctorScene) => ({
      ...scene,
      ...{ nowMs: scene.nowMs + HOUR_MS, sinceMs: scene.sinceMs + HOUR_MS, arp: [], drift: [] },
    })
    expect(diagnose(later(healthy))).toMatchObject({ findings: [], well: [] })
    const levels = cases.flatMap((one) => diagnose(later(sceneOfCase(one))).findings.map(({ level }) => level))
    expect(levels).not.toContain("bad")
  })
  test("what was read for this look is of now, however slow the last node was", () => {
    const asked = (sinceMs: number) =>
      diagnose({ ...healthy, nowMs: healthy.nowMs + 60_000, sinceMs, arp: [] }).well.includes("tableDiffers")
    expect([asked(healthy.nowMs - 10_000), asked(healthy.nowMs + 10_000)]).toEqual([true, false])
  })
  test("who answers ARP is asked after the rest was seen, and counts; hours before or after, it does not", () => {
    const askedAt = (afterMs: number) => ({ ...healthy, arp: healthy.arp.map((one) => ({ ...one, atMs: healthy.nowMs + afterMs })) })
    expect(healthy.arp.length).toBeGreaterThan(0)
    const arp = ["arpTwo", "arpWrong", "arpNobody"]
    expect(diagnose(askedAt(5_000)).well).toEqual(expect.arrayContaining(arp))
    for (const afterMs of [-3_600_000, 3_600_000]) expect(diagnose(askedAt(afterMs)).well.filter((one) => arp.includes(one))).toEqual([])
  })
  test("every model can be looked at, each finding has evidence, and no finding of a code stands beside its being well", () =>
    fc.assert(
      fc.property(random, (scene) => {
        const { findings, well } = diagnose(scene)
        for (const one of findings) {
          expect(one.evidence.length).toBeGreaterThan(0)
          expect(well).not.toContain(one.code)
          expect(doctorCodes as readonly string[]).toContain(one.code)
        }
      }),
    ))
  test("a thousand services of ten servers each are looked at in a few seconds", () => {
    const [server] = healthy.model.virtualServers
    const [director] = healthy.directors
    const [real] = healthy.realServers
    if (!server || !director?.table || !director.service || !real) throw new Error("the table of cases lacks a part")
    const vip = (i: number) => `10.${100 + Math.floor(i / 250)}.${i % 250}.1`
    const address = (i: number, r: number) => `10.${200 + r}.${Math.floor(i / 250)}.${i % 250}`
    const numbers = Array.from({ length: 1_000 }, (_, i) => i)
    const reals = Array.from({ length: 10 }, (_, r) => r)
    const virtualServers = numbers.map((i) => ({
      ...server,
      service: { kind: "address" as const, address: vip(i), port: 80, protocol: "tcp" as const },
      realServers: reals.map((r) => ({ ...server.realServers[0], address: address(i, r), port: 80, checks: [], kept: [] })),
    }))
    const table = director.table.value.slice(0, 1).flatMap((live) =>
      numbers.map((i) => ({
        ...live,
        key: `tcp ${vip(i)}:80`,
        realServers: live.realServers.slice(0, 1).flatMap((one) => reals.map((r) => ({ ...one, address: address(i, r) }))),
      })),
    )
    const own = numbers.map((i) => ({ interface: "eth0", address: vip(i), prefix: 24 }))
    const scene: DoctorScene = {
      ...healthy,
      model: { ...healthy.model, virtualServers },
      directors: [
        {
          ...director,
          table: { ...director.table, value: table },
          service: { ...director.service, value: { ...director.service.value, addresses: own } },
        },
      ],
      realServers: numbers.flatMap((i) => reals.map((r) => ({ ...real, address: address(i, r), node: `n${i}-${r}` }))),
    }
    const startMs = performance.now()
    const { findings } = diagnose(scene)
    expect(findings.length).toBeGreaterThan(1_000)
    expect(performance.now() - startMs).toBeLessThan(10_000)
  })
})
