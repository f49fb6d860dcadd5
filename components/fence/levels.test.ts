import fc from "fast-check"
import { expect, test } from "vitest"
import { canMove, draftOfLevels, type Levels, levelsInput, movedUse, newParam, placeOf, withoutUse, withValue } from "./levels"

const names = (levels: Levels) => levels.map(({ uses }) => uses.map(({ device }) => device))
const levelsOf = (devices: readonly (readonly string[])[]): Levels =>
  draftOfLevels({ levels: devices.map((level) => level.map((device) => ({ device, params: {}, test: null }))) })
const anyLevels = fc.array(fc.array(fc.constantFrom("pdu-1", "pdu-2", "ipmi"), { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 4,
})

test("a device goes past the end of its level into the next, and past the last into a level of its own", () => {
  const two = levelsOf([["pdu-1", "pdu-2"], ["ipmi"]])
  expect(names(movedUse(two, { level: 0, use: 1 }, 1))).toEqual([["pdu-1"], ["pdu-2", "ipmi"]])
  expect(names(movedUse(two, { level: 1, use: 0 }, -1))).toEqual([["pdu-1", "pdu-2", "ipmi"]])
  const one = levelsOf([["pdu-1", "pdu-2"]])
  expect(names(movedUse(one, { level: 0, use: 1 }, 1))).toEqual([["pdu-1"], ["pdu-2"]])
  expect(names(movedUse(one, { level: 0, use: 0 }, -1))).toEqual([["pdu-1"], ["pdu-2"]])
})
test("the only device of the only level stays where it is", () => {
  const levels = levelsOf([["pdu-1"]])
  expect(canMove(levels, { level: 0, use: 0 }, -1)).toBe(false)
  expect(movedUse(levels, { level: 0, use: 0 }, 1)).toBe(levels)
})
test("no move loses a device, doubles one or leaves an empty level", () => {
  fc.assert(
    fc.property(anyLevels, fc.nat(), fc.constantFrom<-1 | 1>(-1, 1), (devices, pick, by) => {
      const levels = levelsOf(devices)
      const keys = levels.flatMap(({ uses }) => uses.map(({ key }) => key))
      const place = placeOf(levels, keys[pick % keys.length] ?? 0) ?? { level: 0, use: 0 }
      const after = movedUse(levels, place, by)
      expect(after.flatMap(({ uses }) => uses.map(({ key }) => key)).toSorted()).toEqual(keys.toSorted())
      expect(after.every(({ uses }) => uses.length > 0)).toBe(true)
    }),
  )
})
test("a level goes with its last device", () => {
  const levels = levelsOf([["pdu-1"], ["ipmi"]])
  expect(names(withoutUse(levels, levels[0]?.uses[0]?.key ?? 0))).toEqual([["ipmi"]])
})
test("what is empty is not said to the agent", () => {
  const [level] = levelsOf([["pdu-1"]])
  const [use] = level?.uses ?? []
  if (!level || !use) throw new Error("no use")
  const filled = withValue({ ...use, params: [newParam("port", ""), newParam("delay", "5")] }, "plug", "h3")
  expect(levelsInput([{ ...level, uses: [filled] }])).toEqual([[{ device: "pdu-1", params: { delay: "5", plug: "h3" } }]])
})
