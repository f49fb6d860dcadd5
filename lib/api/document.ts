import { OpenAPIGenerator } from "@orpc/openapi"
import { ZodToJsonSchemaConverter } from "@orpc/zod/zod4"
import { verbs } from "../verbs/all"
import { router } from "../verbs/router"
import type { Verb } from "../verbs/verb"
import { PREFIX } from "./answer"
import answers from "./answers.json"

type Document = Awaited<ReturnType<OpenAPIGenerator["generate"]>>
type Operation = NonNullable<NonNullable<NonNullable<Document["paths"]>[string]>["get"]>

const reportSchema = {
  type: "object",
  properties: {
    code: { type: "string" },
    params: { type: "object", additionalProperties: { type: "string" } },
    text: { type: "string", description: "In the language of Accept-Language: en or ja." },
    field: { type: "string", description: "A dotted path of the input." },
  },
  required: ["code", "params", "text"],
} as const
const problemSchema = {
  type: "object",
  description: "RFC 9457. What a refusal brings along stands beside: plan with planStale and planExpired, by with witnessAgainst.",
  properties: {
    type: { type: "string", format: "uri-reference" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    code: { type: "string", description: "The first report's." },
    reports: { type: "array", items: { $ref: "#/components/schemas/Report" } },
  },
  required: ["type", "title", "status", "detail", "code", "reports"],
} as const
const PROBLEM = { $ref: "#/components/responses/Problem" } as const
const KEY = { $ref: "#/components/parameters/IdempotencyKey" } as const
const TEXT = { "text/event-stream": { schema: { type: "string" } } } as const

/** What the verb itself knows: its role, and what it answers (in the words of lib/verbs/API.md). */
function withVerb(operation: Operation, { name, kind, role }: Pick<Verb, "name" | "kind" | "role">): Operation {
  const described = (answers as Readonly<Record<string, string>>)[name] ?? ""
  const answer = { description: described, content: { "application/json": { schema: {} } } }
  return {
    ...operation,
    summary: name,
    description: `${kind === "query" ? "Query" : "Command"}, for ${role}.`,
    security: role === "anyone" ? [{}, { token: [] }] : [{ token: [] }],
    ...(kind === "command" && role !== "anyone" ? { parameters: [...(operation.parameters ?? []), KEY] } : {}),
    responses: { 200: answer, ...(role === "anyone" ? {} : { 401: PROBLEM, 403: PROBLEM }), default: PROBLEM },
  }
}
const events: Operation = {
  operationId: "event.follow",
  tags: ["event"],
  description: "Server-sent events: `data` is JSON. Resume with Last-Event-ID or `since`; `event: gap` means: ask for everything again.",
  security: [{ token: [] }],
  parameters: [{ name: "since", in: "query", schema: { type: "string" }, description: "The id of the last event that was seen." }],
  responses: { 200: { description: "OK", content: TEXT }, 401: PROBLEM, default: PROBLEM },
}

async function generate(): Promise<Document> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  const document = await generator.generate(router, {
    info: { title: "Moyai", version: "1", description: "The panel's verbs. Tokens are made under Settings, or by token.login." },
    servers: [{ url: PREFIX }],
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      schemas: { Report: reportSchema, Problem: problemSchema } as never, // the generator's own type wants them mutable
      responses: {
        Problem: {
          description: "Refused, or gone wrong",
          content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
        },
      },
      parameters: {
        IdempotencyKey: {
          name: "Idempotency-Key",
          in: "header",
          description: "Same key, token, path and body: same answer, one execution. Kept for 24 hours.",
          schema: { type: "string", minLength: 1, maxLength: 200, pattern: "^[\\x20-\\x7e]+$" },
        },
      },
    },
  })
  const known = Object.values(verbs).flatMap((inRoom) => Object.values(inRoom).map((verb): Pick<Verb, "name" | "kind" | "role"> => verb))
  const paths = known.map((verb) => {
    const path = `/${verb.name.replace(".", "/")}`
    const method = verb.kind === "query" ? ("get" as const) : ("post" as const)
    const operation = document.paths?.[path]?.[method]
    if (!operation) throw new Error(`the generator left out ${verb.name}`)
    return [path, { [method]: withVerb(operation, verb) }]
  })
  return { ...document, paths: { ...Object.fromEntries(paths), "/events": { get: events } } }
}
let made: Promise<Document> | undefined
/** OpenAPI 3.1 of every verb, made once. */
export const openApiDocument = (): Promise<Document> => {
  made ??= generate()
  return made
}
