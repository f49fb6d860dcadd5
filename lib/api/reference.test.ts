import { expect, test } from "vitest"
import { everyVerb } from "../verbs/called.fixture"
import { apiReference, fieldsOf, typeOf } from "./reference"

test("the reference has every verb with its method, its role and its input", async () => {
  const entries = await apiReference()
  expect(entries.map(({ name }) => name)).toEqual([...everyVerb.keys()])
  expect(entries.find(({ name }) => name === "node.get")).toMatchObject({
    method: "GET",
    path: "/api/v1/node/get",
    role: "viewer",
    fields: [
      { path: "clusterId", isRequired: true },
      { path: "name", isRequired: true },
    ],
  })
  const saved = entries.find(({ name }) => name === "service.save")?.fields ?? []
  expect(saved).toContainEqual({ path: "service.resources[].params", type: "JSON", isRequired: true })
  expect(saved).toContainEqual({ path: "service.maxRestarts", type: "integer 0…1000", isRequired: false })
})
test.each([
  [{ type: "string", pattern: "^a$", maxLength: 3 }, "string ^a$ ≤ 3"],
  [{ enum: ["a", "b"], type: "string" }, "a | b"],
  [{ anyOf: [{ type: "string" }, { type: "null" }] }, "string | null"],
  [{ type: "array", items: { type: "integer", minimum: 1, maximum: 9_007_199_254_740_991 } }, "integer 1…[]"],
  [{}, "JSON"],
])("%j is said as %s", (schema, said) => expect(typeOf(schema)).toBe(said))
test("fields of what is inside stand after it", () => {
  const inner = { type: "object", properties: { b: { type: "string" } }, required: ["b"] }
  expect(fieldsOf({ properties: { a: { type: "array", items: inner }, c: inner } }).map(({ path }) => path)).toEqual([
    "a",
    "a[].b",
    "c",
    "c.b",
  ])
})
