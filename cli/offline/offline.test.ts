import { readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import diffCases from "./diff.cases.json"
import { check, diff, order, place, type Result } from "./index"
import orderCases from "./order.cases.json"
import placeCases from "./place.cases.json"

const conf = (rm: string, nodes: readonly string[] = ["h1", "h2", "h3"]) =>
  `<cluster name="c" config_version="1"><clusternodes>${nodes.map((n, i) => `<clusternode name="${n}" nodeid="${i + 1}"/>`).join("")}</clusternodes><rm>${rm}</rm></cluster>`
const valueIn = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(result.error.text)
  return result.value
}
const fixtures = ["web-rhel6.conf", "mail-rhel5.conf"].map((name) =>
  readFileSync(new URL(`../../agents/cluster-conf/fixtures/${name}`, import.meta.url), "utf8"),
)

describe("order, row by row (§2.2, §2.3)", () => {
  test.each(orderCases)("$what", ({ rm, services }) => expect(valueIn(order(conf(rm)))).toEqual({ services }))
})
describe("diff, row by row (§2.5)", () => {
  test.each(diffCases)("$what", ({ old, new: now, stop, start, reconfigure }) =>
    expect(valueIn(diff(conf(old), conf(now)))).toEqual({ stop, start, reconfigure }),
  )
})
describe("place, row by row (§1.1–1.3)", () => {
  type PlaceCase = (typeof placeCases)[number] & { readonly owner?: string; readonly others?: Readonly<Record<string, string>> }
  test.each(placeCases as readonly PlaceCase[])("$what", ({ service, domain, online, owner, others = {}, scores, candidates, reasons }) => {
    const rm = `<failoverdomains>${domain}</failoverdomains><service name="s" ${service}/><service name="other"/><service name="alone" exclusive="1"/>`
    const placed = valueIn(place(conf(rm), { online, owners: { ...others, ...(owner === undefined ? {} : { s: owner }) } })).services.s
    expect(placed?.scores).toEqual(Object.fromEntries(["h1", "h2", "h3"].map((node, i) => [node, scores[i]])))
    expect(placed?.candidates).toEqual(candidates)
    expect(Object.keys(placed?.reasons ?? {})).toEqual(["h1", "h2", "h3"])
    Object.values(placed?.reasons ?? {}).forEach((reason, i) => {
      expect(reason).toContain(reasons[i])
    })
  })
})
test("a service may be named with its type; candidates are in the order of names, not of the file", () => {
  const text = conf('<service name="s"/><vm name="g"/>', ["h10", "h2", "h1"])
  const { services } = valueIn(place(text, { online: ["h2", "h10", "h1"], owners: { "service:s": "h2", "vm:g": "h1" } }))
  expect(services.s?.candidates).toEqual(["h1", "h10", "h2"])
  expect(Object.keys(services)).toEqual(["s", "g"])
})
test("names that the file does not have are refused, not passed over", () => {
  const text = conf('<service name="s"/>')
  expect(place(text, { online: ["h9"], owners: {} })).toMatchObject({ ok: false, error: { code: "nodeUnknown" } })
  expect(place(text, { online: ["h1"], owners: { s: "h9" } })).toMatchObject({ ok: false, error: { code: "nodeUnknown" } })
  expect(place(text, { online: ["h1"], owners: { x: "h1" } })).toMatchObject({ ok: false, error: { code: "serviceUnknown" } })
  expect(place(text, { online: ["h1"], owners: { s: "h1", "service:s": "h2" } })).toMatchObject({
    ok: false,
    error: { code: "ownerTwice" },
  })
})
test("a file that is broken, or no cluster.conf, is an error with its line; check has it as a finding", () => {
  const [good, broken] = [conf(""), "<cluster>\n<rm>\n</cluster>"]
  const error = { line: 3, code: "xmlBroken" }
  expect(order(broken)).toMatchObject({ ok: false, error })
  expect(place(broken, { online: [], owners: {} })).toMatchObject({ ok: false, error })
  expect(diff(broken, good)).toMatchObject({ ok: false, error })
  expect(diff(good, broken)).toMatchObject({ ok: false, error })
  expect(check(broken)).toMatchObject({ ok: true, value: { findings: [{ ...error, severity: "error" }] } })
  expect(order("\n<html/>")).toMatchObject({ ok: false, error: { line: 2, code: "notClusterConf" } })
})

test("as many elements as a file may have are answered at once, however they hang together", { timeout: 20_000 }, () => {
  const many = (of: (i: number) => string) => conf(Array.from({ length: 4_900 }, (_, i) => of(i)).join(""))
  const flat = conf(
    `<service name="a">${Array.from({ length: 9_900 }, (_, i) => `<script name="x${i}" file="/${i}"/>`).join("")}</service>`,
  )
  const shared = `<resources>${Array.from({ length: 4_900 }, (_, i) => `<service name="s${i}"/>`).join("")}</resources>`
  const byRef = conf(`${shared}${Array.from({ length: 4_900 }, (_, i) => `<service ref="s${i}"/>`).join("")}`)
  const services = many((i) => `<service name="s${i}" domain="d"><ip address="fd00::${i.toString(16)}"/></service>`)
  for (const text of [flat, byRef, services]) {
    expect(valueIn(diff(text, flat)).stop.length === 0).toBe(text === flat)
    expect(check(text).ok).toBe(true)
    expect(place(text, { online: ["h1", "h2"], owners: {} }).ok).toBe(true)
  }
})

// ---- laws ----
const types = ["fs", "clusterfs", "ip", "script", "apache", "nfsserver", "nfsclient", "nfsexport", "lvm", "own"]
type Tree = { readonly type: string; readonly id: number; readonly version: number; readonly children: readonly Tree[] }
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.record({
    type: fc.constantFrom(...types),
    id: fc.nat({ max: 60 }),
    version: fc.nat({ max: 1 }),
    children: fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie("tree"), { maxLength: 3 })),
  }),
}))
const attributes: Readonly<Record<string, (id: number) => string>> = {
  ip: (id) => `address="10.0.0.${id}"`,
  fs: (id) => `name="f${id}" mountpoint="/f${id}" device="/d${id}"`,
  clusterfs: (id) => `name="c${id}" mountpoint="/c${id}" device="/g${id}"`,
  script: (id) => `name="s${id}" file="/s${id}"`,
  nfsclient: (id) => `name="n${id}" target="*"`,
  lvm: (id) => `name="l${id}" vg_name="v${id}"`,
}
const xml = ({ type, id, version, children }: Tree): string =>
  `<${type} ${attributes[type]?.(id) ?? `name="x${id}"`} options="${version}">${children.map(xml).join("")}</${type}>`
const service = fc.tuple(fc.constantFrom("a", "b", "c"), fc.constantFrom("0", "1"), fc.array(tree, { maxLength: 4 }))
const services = fc
  .uniqueArray(service, { selector: ([name]) => name, maxLength: 3 })
  .map((list) =>
    list.map(([name, live, trees]) => `<service name="${name}" exclusive="${live}">${trees.map(xml).join("")}</service>`).join(""),
  )
const bag = (list: readonly string[]) => [...list].toSorted()

test("a stop list is a permutation of the start list; the service starts first and stops last", () =>
  fc.assert(
    fc.property(services, (rm) => {
      for (const [name, { start, stop }] of Object.entries(valueIn(order(conf(rm))).services)) {
        expect(bag(stop)).toEqual(bag(start))
        expect([start[0], stop.at(-1)]).toEqual([`service:${name}`, `service:${name}`])
      }
    }),
    { numRuns: 300 },
  ))
test("a file compared with itself, or with another version and comments, moves nothing", () =>
  fc.assert(
    fc.property(services, (rm) => {
      const again = conf(rm).replace('config_version="1"', 'config_version="2"').replaceAll("</service>", "<!-- x -->\n</service>")
      expect(valueIn(diff(conf(rm), again))).toEqual({ stop: [], start: [], reconfigure: [] })
    }),
    { numRuns: 200 },
  ))
test("what ran, without what stops, with what starts, is what the new file starts; reconfigured is what neither stops nor starts", () =>
  fc.assert(
    fc.property(services, services, (before, after) => {
      const { stop, start, reconfigure } = valueIn(diff(conf(before), conf(after)))
      const [was, is] = [before, after].map((rm) => Object.values(valueIn(order(conf(rm))).services).flatMap((o) => o.start))
      const running = [...(was ?? [])]
      for (const one of stop) {
        expect(running).toContain(one)
        running.splice(running.indexOf(one), 1)
      }
      expect(bag([...running, ...start])).toEqual(bag(is ?? []))
      for (const one of reconfigure) expect(running).toContain(one)
    }),
    { numRuns: 300 },
  ))
test("back is the mirror image: what stops one way starts the other way", () =>
  fc.assert(
    fc.property(services, services, (a, b) => {
      const [there, back] = [valueIn(diff(conf(a), conf(b))), valueIn(diff(conf(b), conf(a)))]
      expect(bag(there.stop)).toEqual(bag(back.start))
      expect(bag(there.reconfigure)).toEqual(bag(back.reconfigure))
    }),
    { numRuns: 200 },
  ))
test("a subtree that is unchanged below an unchanged service never moves", () =>
  fc.assert(
    fc.property(fc.array(tree, { maxLength: 3 }), fc.array(tree, { maxLength: 3 }), (a, b) => {
      const same = '<apache name="same"><mysql name="same"/><named name="same"/></apache>'
      const [old, now] = [a, b].map((trees) => conf(`<service name="a">${trees.map(xml).join("")}${same}</service>`))
      const { stop, start, reconfigure } = valueIn(diff(old ?? "", now ?? ""))
      expect([...stop, ...start, ...reconfigure].filter((one) => one.endsWith(":same"))).toEqual([])
    }),
    { numRuns: 200 },
  ))
test("candidates score, and no eligible node scores higher; nobody offline scores", () =>
  fc.assert(
    fc.property(
      fc.subarray(["h1", "h2", "h3"]),
      fc.constantFrom("h1", "h2", "h3"),
      fc.subarray(["ordered", "restricted", "nofailback"]),
      (online, owner, flags) => {
        const members = ["h3", "h1"].map((n, i) => `<failoverdomainnode name="${n}" priority="${i + 1}"/>`).join("")
        const rm = `<failoverdomains><failoverdomain name="d" ${flags.map((f) => `${f}="1"`).join(" ")}>${members}</failoverdomain></failoverdomains><service name="s" domain="d"/>`
        const placed = valueIn(place(conf(rm), { online, owners: { s: owner } })).services.s
        const best = Math.max(0, ...Object.values(placed?.scores ?? {}))
        expect(placed?.candidates).toEqual(["h1", "h2", "h3"].filter((n) => best > 0 && placed?.scores[n] === best))
        for (const node of ["h1", "h2", "h3"]) if (!online.includes(node)) expect(placed?.scores[node]).toBe(0)
      },
    ),
  ))
test("mutations of real files end every tool in an answer or an error with a line", { timeout: 120_000 }, () =>
  fc.assert(
    fc.property(
      fc.constantFrom(...fixtures),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat({ max: 60 }),
      fc.constantFrom("", "x", "__proto__", '" y="', "/>", "-1"),
      (text, at, length, put) => {
        const from = Math.floor(at * text.length)
        const broken = text.slice(0, from) + put + text.slice(from + length)
        for (const result of [order(broken), diff(text, broken), diff(broken, text), place(broken, { online: [], owners: {} })])
          expect(result.ok || result.error.line >= 1).toBe(true)
        for (const { line, text: words, code } of valueIn(check(broken)).findings) {
          expect(line).toBeGreaterThanOrEqual(1)
          expect(`${code} ${words}`).toMatch(/^\w+ \S/)
        }
      },
    ),
    { numRuns: 2_000 },
  ),
)
