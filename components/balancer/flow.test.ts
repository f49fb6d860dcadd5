import fc from "fast-check"
import { expect, test } from "vitest"
import { flowOf, widthOf } from "./flow"

const real = (n: number, connections: number) => ({
  ...{ key: `10.0.0.${n}:80`, name: null, node: null, isMaintained: false, wanted: { weight: 1 }, live: null, isSorryServer: false },
  rate: { connections, bytesIn: 0, bytesOut: 0 },
  state: "serving" as const,
})
test("a line is never thinner than seen nor wider than its box, and more is never thinner", () => {
  const rate = fc.double({ min: 0, max: 1e7, noNaN: true })
  fc.assert(
    fc.property(rate, rate, rate, (a, b, most) => {
      const largest = Math.max(a, b, most)
      const [thin, wide] = [widthOf(Math.min(a, b), largest), widthOf(Math.max(a, b), largest)]
      return thin <= wide && thin >= 1.5 && wide <= 8.0001
    }),
  )
})
test("rows do not overlap, and of very many the rest is told as a number", () => {
  const flow = flowOf({ rate: null, realServers: Array.from({ length: 40 }, (_, n) => real(n, n)) })
  expect(flow.rows.length + flow.rest).toBe(40)
  expect(flow.rows.every(({ y }, i) => y > (flow.rows[i - 1]?.y ?? -100) + 50 && y + 44 <= flow.height)).toBe(true)
})
