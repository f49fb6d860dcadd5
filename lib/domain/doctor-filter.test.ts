import fc from "fast-check"
import { expect, test } from "vitest"
import { z } from "zod"
import { isRedirected, passageOf } from "./doctor-filter"
import rows from "./doctor-filter.cases.json"

const packet = { address: "10.0.0.100", protocol: "tcp", port: 80 } as const
const Row = z.object({
  name: z.string(),
  rules: z.array(z.string()),
  is: z.enum(["open", "unclear", "dropped"]),
  rule: z.string().optional(),
})
test.each(
  z
    .array(Row)
    .parse(rows)
    .map((row) => [row.name, row] as const),
)("%s", (_, { rules, is, rule }) => {
  const passage = passageOf(rules.join("\n"), packet)
  expect([passage.is, passage.is === "dropped" ? passage.rule : undefined]).toEqual([is, rule])
})
test("a condition that is not known never gives a plain answer", () =>
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{3,9} [a-z0-9@.]{1,9}$/), fc.constantFrom("accept", "drop"), (condition, verdict) => {
      fc.pre(!/\b(accept|drop|reject|jump|goto|return|queue|redirect|dnat|vmap|log|counter)\b/.test(condition))
      const policy = verdict === "accept" ? "drop" : "accept"
      const rules = [
        "table inet f {",
        "chain i {",
        `type filter hook input priority 0; policy ${policy};`,
        `${condition} ${verdict}`,
        "}",
        "}",
      ]
      expect(passageOf(rules.join("\n"), packet)).toEqual({ is: "unclear" })
    }),
  ))
test("no text is too strange", () =>
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(["open", "unclear", "dropped"]).toContain(passageOf(text, packet).is)
    }),
  ))
test.each([
  ['ip daddr 10.0.0.100 tcp dport 80 redirect comment "moyai 10.0.0.100 tcp 80"', true],
  ["-A PREROUTING -d 10.0.0.100/32 -p tcp -m tcp --dport 80 -j REDIRECT", true],
  ["ip daddr 10.0.0.100 tcp dport 8080 redirect", false],
  ["ip daddr 10.0.0.10 tcp dport 80 redirect", false],
  ["ip daddr 10.0.0.100 tcp dport 80 accept", false],
])("%s: %s", (rule, is) => expect([isRedirected(rule, packet), isRedirected(null, packet)]).toEqual([is, false]))
