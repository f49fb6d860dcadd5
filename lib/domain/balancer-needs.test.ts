import { expect, test } from "vitest"
import { en } from "../i18n/messages"
import { balancerNeeds } from "./balancer-needs"
import cases from "./balancer-needs.cases.json"
import { type BalancerRow, directorRoles } from "./balancer-view"

const states = ["up", "sorry", "down", "unknown"] as const
const list = (text: string) => (text === "" ? [] : text.split(", "))
const pairs = <T extends string>(text: string, known: readonly T[]) =>
  text.split(", ").map((word) => {
    const [name = "", what] = word.split(" ")
    const found = known.find((one) => one === what)
    if (found === undefined) throw new Error(`no such word: ${word}`)
    return [name, found] as const
  })
test.each(cases)("what a person is told of a balancer: $name", ({ directors, twice, nowhere, servers, out, unread, drift, needs }) => {
  const row: BalancerRow = {
    ...{ name: "web", engine: "keepalived", serving: 1, realServers: 9, out, hasDrift: drift },
    ...{ twice: list(twice), nowhere: list(nowhere), unread: list(unread) },
    directors: pairs(directors, directorRoles).map(([node, role]) => ({ node, role, nodeState: "online" })),
    virtualServers: pairs(servers, states).map(([name, state]) => ({ key: `tcp ${name}:80`, name, state, active: 0, rate: null })),
  }
  const found = balancerNeeds(row)
  const said = found.map(({ level, code, params }) => {
    const { nodes = "", first = "", more, n = "" } = params
    return [level, code, nodes, first, more === undefined ? "" : `+${more}`, n].filter(Boolean).join(" ")
  })
  expect(said).toEqual(needs)
  for (const { code } of found) expect(en.overview.balancer).toHaveProperty(code)
})
