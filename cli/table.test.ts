import fc from "fast-check"
import { expect, test } from "vitest"
import { ago, table } from "./table"

test("every column begins at the same place in every row, and nothing moves the terminal's cursor", () =>
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string({ unit: "binary" }), fc.constantFrom("x", "yy")), { minLength: 1 }), (rows) => {
      const lines = table(["A", "B"], rows).split("\n")
      expect(lines).toHaveLength(rows.length + 2)
      const starts = lines.slice(0, -1).map((line, i) => [...line].length - (i === 0 ? 1 : (rows[i - 1]?.[1].length ?? 0)))
      expect(new Set(starts).size).toBe(1)
      expect(lines.join("")).not.toMatch(/\p{Cc}/u)
    }),
  ))
test.each([
  [-5, "0 s"],
  [59_999, "59 s"],
  [60_000, "1 min"],
  [7_200_000, "2 h"],
  [200_000_000, "2 d"],
])("%i ms are %s", (ms, text) => expect(ago(ms)).toBe(text))
