import { readFileSync } from "node:fs"
import { Validator } from "@seriousme/openapi-schema-validator"
import { expect, test } from "vitest"
import { everyVerb } from "../verbs/called.fixture"
import answers from "./answers.json"
import { openApiDocument } from "./document"

test("the description is OpenAPI 3.1", async () => {
  const document = await openApiDocument()
  const validator = new Validator()
  const { valid, errors } = await validator.validate(JSON.parse(JSON.stringify(document)))
  expect([valid, errors, validator.version]).toEqual([true, undefined, "3.1"])
})
test("it has every verb, queries by GET and commands by POST, and the stream", async () => {
  const { paths = {} } = await openApiDocument()
  const described = Object.entries(paths).flatMap(([path, item]) => Object.keys(item ?? {}).map((method) => `${method} ${path}`))
  const expected = [...everyVerb].map(([name, { kind }]) => `${kind === "query" ? "get" : "post"} /${name.replace(".", "/")}`)
  expect(described.toSorted()).toEqual([...expected, "get /events"].toSorted())
})
test("it says which verbs need a token, and how a command is sent again", async () => {
  const { paths = {} } = await openApiDocument()
  expect(paths["/session/me"]?.get?.security).toEqual([{}, { token: [] }])
  expect(paths["/node/get"]?.get).toMatchObject({
    security: [{ token: [] }],
    parameters: [{ name: "clusterId", in: "query", required: true }, { name: "name" }],
  })
  expect(paths["/plan/apply"]?.post).toMatchObject({
    parameters: [{ $ref: "#/components/parameters/IdempotencyKey" }],
    requestBody: { content: { "application/json": { schema: { required: ["planId"] } } } },
    responses: { 401: { $ref: "#/components/responses/Problem" } },
  })
})
test("what it says of each answer is what lib/verbs/API.md says", () => {
  const rows = [...readFileSync("lib/verbs/API.md", "utf8").matchAll(/^\| ([\w., ]+) \| [QC] \w+ \| (.*) \|$/gm)]
  const written = rows.flatMap(([, names = "", text]) => names.split(", ").map((name) => [name, text]))
  expect(answers).toEqual(Object.fromEntries(written))
  expect(Object.keys(answers).toSorted()).toEqual([...everyVerb.keys()].toSorted())
})
