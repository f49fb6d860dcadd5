import { readdirSync, readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Balancer } from "../../lib/domain/balancer"
import { balancers } from "../../lib/domain/balancer.fixture"
import { balancerDiff } from "../../lib/domain/balancer-diff"
import type { Imported, ImportResult } from "../../lib/domain/balancer-import"
import { importIpvsList, withThresholds } from "./import-list"
import lines from "./lines.cases.json"
import { parseIpvsList } from "./parse-list"
import { parseIpvsSave } from "./parse-save"
import { renderChanges, renderRestore } from "./render-restore"

const folder = new URL("./fixtures/", import.meta.url)
const fixture = (name: string) => readFileSync(new URL(`${name}.txt`, folder), "utf8")
const read = (result: ImportResult): Imported => {
  if (!result.ok) throw new Error(result.error.text)
  return result.value
}
const restored = (balancer: Balancer): string => {
  const rendered = renderRestore(balancer)
  if (!rendered.allowed) throw new Error(rendered.reports.map(({ code, field }) => `${code} ${field}`).join())
  return rendered.value
}
/** What IPVS has of a model: no checks, no directors, no names. */
const table = ({ virtualServers }: Balancer) =>
  virtualServers.map(({ service, realServers, ...one }) => ({
    service,
    scheduler: one.scheduler,
    flags: one.schedulerFlags,
    ops: one.onePacket === true,
    timeout: one.persistenceTimeout,
    mask: one.persistenceMask,
    reals: realServers.map((real) => {
      const { method, tunnel } = real.forwarding ?? one.forwarding
      const plain = tunnel?.type === "ipip" && tunnel.port === undefined ? undefined : tunnel
      const port = real.port || undefined
      return {
        address: real.address,
        port,
        weight: real.weight ?? 1,
        method,
        tunnel: plain,
        upper: real.upperThreshold ?? 0,
        lower: real.lowerThreshold ?? 0,
      }
    }),
  }))

test.each(readdirSync(folder).filter((name) => name !== "README.md"))("%s of a real kernel is read whole", (name) => {
  const text = fixture(name.replace(/\.txt$/, ""))
  const said = text.split("\n").filter((line) => /^(?:TCP|UDP|FWM|-[Aa])\s|^ {2}-> (?!Remote)/.test(line))
  if (name.startsWith("ipvsadm-S")) {
    expect(read(parseIpvsSave(text))).toMatchObject({ understood: said.length, notUnderstood: [] })
  } else {
    const { services, notUnderstood } = parseIpvsList(text)
    expect(notUnderstood).toEqual([])
    expect(services.reduce((n, { servers }) => n + 1 + servers.length, 0)).toBe(said.length)
  }
})
test.each(["mixed", "sh-flags", "persistent-mask", "fwmark", "udp.ops", "nat.rr", "persistent", "thresholds"])(
  "%s: what -Sn said is written again, line for line",
  (name) => {
    const text = fixture(`ipvsadm-Sn.${name}`)
    expect(restored(read(parseIpvsSave(text)).balancer)).toBe(`-C\n${text.replaceAll(" --tun-type ipip", "")}`)
  },
)
test.each(["mixed", "persistent-mask", "fwmark", "udp.ops", "nat.rr", "persistent", "sh-flags"])("%s: -Sn and -Ln say the same", (name) => {
  expect(
    balancerDiff(read(parseIpvsSave(fixture(`ipvsadm-Sn.${name}`))).balancer, read(importIpvsList(fixture(`ipvsadm-Ln.${name}`))).balancer),
  ).toEqual([])
})
test.each(["mixed", "fwmark", "nat.rr", "persistent"])("%s: /proc/net/ip_vs says the same, in hexadecimal and jiffies", (name) => {
  const [save, proc] = [read(parseIpvsSave(fixture(`ipvsadm-Sn.${name}`))), read(importIpvsList(fixture(`proc-net-ip_vs.${name}`)))]
  expect(balancerDiff(save.balancer, proc.balancer)).toEqual([])
})
test("thresholds are told to be missing, and come from -Ln --thresholds", () => {
  const save = read(parseIpvsSave(fixture("ipvsadm-Sn.thresholds")))
  expect(save.cautions).toMatchObject([{ code: "thresholdsLost" }])
  const whole = withThresholds(save.balancer, parseIpvsList(fixture("ipvsadm-Ln-thresholds")))
  expect(whole.virtualServers[0]?.realServers.map(({ upperThreshold, lowerThreshold }) => [upperThreshold, lowerThreshold])).toEqual([
    [undefined, undefined],
    [100, 50],
    [undefined, undefined],
  ])
  expect(restored(whole)).toContain("-w 2 -x 100 -y 50")
})
test("counters are no rules: a table of them is refused as an import, and read as numbers", () => {
  expect(importIpvsList(fixture("ipvsadm-Ln-stats-exact.dr.wrr"))).toMatchObject({ ok: false, error: { code: "listIncomplete" } })
  const { services } = parseIpvsList(fixture("ipvsadm-Ln-stats-exact.dr.wrr"))
  expect(services[0]?.columns).toEqual({ conns: 7, inPkts: 43, outPkts: 0, inBytes: 2817, outBytes: 0 })
  expect(services[0]?.servers[0]?.columns.inBytes).toBe(1185)
})
describe("lines of a script, row by row", () => {
  test.each(lines)("$what", ({ text, model, notUnderstood }) => {
    const imported = read(parseIpvsSave(text.join("\n")))
    expect(imported.balancer.virtualServers).toMatchObject(model)
    expect(imported.notUnderstood.map(({ line, reason }) => `${line} ${reason}`)).toEqual(notUnderstood)
  })
})
test("what is written for ipvsadm -R reads back as the same table, without comments or empty lines", () =>
  fc.assert(
    fc.property(balancers(), (balancer) => {
      const text = restored(balancer)
      expect(
        text
          .split("\n")
          .slice(0, -1)
          .every((line) => /^-[CAa](?: |$)/.test(line)),
      ).toBe(true)
      expect(table(read(parseIpvsSave(text)).balancer)).toEqual(table(balancer))
    }),
    { numRuns: 100 },
  ))
test("the lines of a change turn one table into the other", () =>
  fc.assert(
    fc.property(balancers(), balancers(), fc.boolean(), (a, b, isNear) => {
      const after = isNear
        ? { ...a, virtualServers: a.virtualServers.map((one, i) => ({ ...one, realServers: one.realServers.slice(i % 2) })) }
        : b
      const changed = renderChanges(a, after)
      if (!changed.allowed) return
      const back = read(parseIpvsSave(restored(a) + changed.value))
      expect(back.notUnderstood).toEqual([])
      const sorted = (one: Balancer) =>
        table(one)
          .map((virtual) => ({ ...virtual, reals: virtual.reals.toSorted((x, y) => (x.address < y.address ? -1 : 1)) }))
          .toSorted((x, y) => (JSON.stringify(x.service) < JSON.stringify(y.service) ? -1 : 1))
      expect(sorted(back.balancer)).toEqual(sorted(after))
    }),
    { numRuns: 60 },
  ))
test("what the kernel would change without a word is not rendered (F2)", () => {
  const { balancer } = read(parseIpvsSave("-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.0.0.2:8080 -g -w 1\n"))
  expect(renderRestore(balancer)).toMatchObject({
    allowed: false,
    reports: [{ code: "lbPortMapped", field: "virtualServers.0.realServers.0.port" }],
  })
})
