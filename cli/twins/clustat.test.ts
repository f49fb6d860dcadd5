import fc from "fast-check"
import { XMLParser, XMLValidator } from "fast-xml-parser"
import { describe, expect, test } from "vitest"
import type { ServiceState } from "../../lib/domain/service"
import { clustat, parseClustat } from "./clustat"
import cases from "./clustat.cases.json"
import { clustatText, memberTable, ownerOf, serviceTable } from "./clustat-text"
import { clustatXml } from "./clustat-xml"
import { stateNumbers, type TwinView } from "./view"
import { cluster, group, member } from "./view.fixture"

process.env.TZ = "UTC"
const answer = (args: readonly string[], view: TwinView = cluster, columns = 80) => {
  const r = parseClustat(args)
  return "exit" in r ? r : clustat(view, r, columns)
}
describe("clustat", () => {
  test.each(cases)("$name", ({ args, exit, out }) => {
    const said = answer(args)
    expect(said.out).toBe(out.map((line) => `${line}\n`).join(""))
    expect(said.exit).toBe(exit)
  })
  test("without a quorum says so, shows who is there, and no services", () => {
    const said = answer([], { ...cluster, isQuorate: false })
    expect(said.out).toContain("Member Status: Inquorate\n")
    expect(said.out).toContain("Service states unavailable: Operation requires quorum\n")
    expect(answer(["-Q"], { ...cluster, isQuorate: false }).exit).toBe(1)
    expect(answer(["-x"], { ...cluster, isQuorate: false }).out).toContain('<quorum quorate="0" groupmember="0"/>')
  })
  test("on a machine that is no member has no id to show", () => {
    expect(answer(["-I"], { ...cluster, nodes: [member("h1", 1)] })).toMatchObject({ out: "", exit: 1 })
  })
  test.each([
    ["5", 5_000],
    ["0", 1_000],
    ["often", 1_000],
  ])("-i %s is read as atoi reads it, and never as less than a second", (said, everyMs) =>
    expect(parseClustat(["-i", said])).toMatchObject({ everyMs }),
  )
  test.each(Object.keys(stateNumbers) as ServiceState[])(
    "-s ends with 0 for what runs or is about to, else with the number: %s",
    (state) => {
      const said = answer(["-s", "web"], { ...cluster, groups: [group("web", state)] })
      expect(said.exit).toBe(["starting", "started", "stopping"].includes(state) ? 0 : stateNumbers[state][0])
    },
  )
})

const word = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 70 }).map((s) => s.replace(/\s/g, "_"))
const anyGroup = fc
  .tuple(word, fc.constantFrom(...(Object.keys(stateNumbers) as ServiceState[])), fc.option(word), fc.boolean(), fc.boolean())
  .map(([name, state, owner, isFrozen, isPartial]) => group(name, state, { owner: owner ?? undefined, isFrozen, isPartial }))
const anyMember = fc
  .tuple(word, fc.integer({ min: 1, max: 9_999 }), fc.boolean(), fc.boolean())
  .map(([name, id, isUp, isLocal]) => member(name, id, { isUp, isLocal }))
const columns = fc.integer({ min: 0, max: 400 })
test("service columns begin at the same place in every line, whatever the names and the width of the terminal", () =>
  fc.assert(
    fc.property(fc.array(anyGroup, { minLength: 1 }), columns, (groups, cols) => {
      const width = Math.floor((Math.max(cols, 40) - 20) / 2)
      const lines = serviceTable(groups, cols).split("\n").slice(0, -1)
      expect(lines).toHaveLength(groups.length + 2)
      for (const [i, line] of lines.entries()) {
        const [owner, state] = [line.slice(width + 2, 2 * width + 2), line.slice(2 * width + 3)]
        expect([line[0], line[width + 1], line[2 * width + 2]]).toEqual([" ", " ", " "])
        if (i > 1) expect(groups[i - 2]?.stateName.startsWith(state.split(/[ [\]]/)[0] ?? "?")).toBe(true)
        if (i > 1 && ownerOf(groups[i - 2] ?? group("", "stopped")).endsWith(")")) expect(owner.trimEnd().endsWith(")")).toBe(true)
      }
    }),
  ))
test("member ids end and states begin at the same place in every row", () =>
  fc.assert(
    fc.property(fc.array(anyMember, { minLength: 1 }), columns, (nodes, cols) => {
      const at = Math.floor(Math.max(cols, 40) / 2) + 2
      for (const row of memberTable(nodes, cols).split("\n").slice(2, -1)) {
        expect(row.slice(at, at + 4)).toMatch(/^ *\d+$/)
        expect(row.slice(at + 4)).toMatch(/^ (Online|Offline)/)
      }
    }),
  ))
test("XML is well formed and gives back every name, whatever is in it", () =>
  fc.assert(
    fc.property(fc.array(anyGroup), fc.array(anyMember), fc.boolean(), (groups, nodes, isQuorate) => {
      const xml = clustatXml({ ...cluster, groups, nodes, isQuorate })
      expect(XMLValidator.validate(xml)).toBe(true)
      const options = {
        ignoreAttributes: false,
        attributeNamePrefix: "",
        parseAttributeValue: false,
        trimValues: false,
        isArray: (_: string, __: unknown, ___: boolean, isAttribute: boolean) => !isAttribute,
      }
      const parsed = new XMLParser(options).parse(xml) as { clustat: { groups?: { group?: { name: string; state: string }[] }[] }[] } // as it was written
      const names = parsed.clustat[0]?.groups?.[0]?.group?.map(({ name }) => name)
      expect(names ?? []).toEqual(isQuorate ? groups.map(({ name }) => name) : [])
      expect(() => clustatText({ ...cluster, groups, nodes }, 80, true)).not.toThrow()
    }),
  ))
