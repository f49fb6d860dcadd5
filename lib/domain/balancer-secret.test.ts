import { expect, test } from "vitest"
import { balancerSchema } from "./balancer"
import { KEPT_PASSWORD, sealable, secretKeysOf, unknownPasswords, unsealed } from "./balancer-secret"

const model = (...passwords: readonly (string | undefined)[]) =>
  balancerSchema.parse({
    directors: passwords.map((password) => ({
      instances: [{ name: "VI_1", authentication: { type: "PASS", password } }, { name: "plain" }],
    })),
  })

test("a password leaves the model, and comes back where it was", () => {
  const { model: shown, secrets } = sealable(model("one", "two"), {})
  expect(JSON.stringify(shown)).not.toMatch(/one"|two"/)
  expect(secrets).toEqual({ "0/VI_1": "one", "1/VI_1": "two" })
  expect(unsealed(shown, secrets)).toEqual(model("one", "two"))
})
test("one that reads as kept stays the one that is known; an unknown one is told", () => {
  const { secrets } = sealable(model(KEPT_PASSWORD, "new"), { "0/VI_1": "old", "1/VI_1": "older" })
  expect(secrets).toEqual({ "0/VI_1": "old", "1/VI_1": "new" })
  expect(unknownPasswords(model(KEPT_PASSWORD, KEPT_PASSWORD), { "0/VI_1": "old" })).toEqual(["1/VI_1"])
})
test("keys are in the file's order, of those that have one", () => {
  expect(secretKeysOf(model("one", undefined), 0)).toEqual(["0/VI_1"])
  expect(secretKeysOf(model("one", undefined), 1)).toEqual([])
})
