import { describe, expect, test } from "vitest"
import { type Cell, illegal, legality, type Standing, serviceCommands } from "./legality"
import cases from "./legality.cases.json"
import { reportCodes } from "./report"
import { serviceStates } from "./service"

const standing = (over: Partial<Standing>): Standing => ({
  ...{ service: "web", state: "started", owner: "h1", isFrozen: false, isLocked: false, isQuorate: true, isPartial: true },
  ...over,
})
const wordOf = (cell: Cell): string => (typeof cell === "string" ? cell : "nothing" in cell ? "nothing" : "refuse")

/** service-manager.md §2.8, row by row: what rgmanager does, in the words of our table. `blocked` is ours. */
describe("the legality matrix", () => {
  test.each(cases as readonly { command: keyof typeof legality; cells: Record<string, string> }[])("$command", ({ command, cells }) =>
    expect(Object.fromEntries(serviceStates.map((state) => [state, wordOf(legality[command][state])]))).toEqual(cells),
  )
  test("has a word for every command in every state, and every refusal is a report that has words", () => {
    for (const command of serviceCommands)
      for (const state of serviceStates) {
        const cell = legality[command][state]
        if (typeof cell === "object") expect(reportCodes).toContain(Object.values(cell)[0])
      }
  })
})
test("a frozen service takes nothing but its unfreezing", () => {
  const taken = serviceCommands.filter((command) => illegal(command, standing({ isFrozen: true })) === undefined)
  expect(taken).toEqual(["unfreeze"])
})
test("a locked cluster starts nothing; stopping goes on", () => {
  const taken = serviceCommands.filter((command) => illegal(command, standing({ isLocked: true })) === undefined)
  expect(taken).toEqual(["disable", "stop", "freeze"])
})
test("without a majority nothing is taken at all", () => {
  for (const command of serviceCommands)
    for (const state of serviceStates) expect(illegal(command, standing({ state, isQuorate: false }))?.code).toBe("noQuorum")
})
test("while a node is lost its services take nothing, so that nobody forgets who may still hold them", () => {
  for (const command of serviceCommands.filter((c) => c !== "unfreeze"))
    expect(illegal(command, standing({ state: "blocked" }))?.code).toBe("serviceBlocked")
})
