import type { ApiEntry, ApiField } from "../domain/api-reference"
import { verbs } from "../verbs/all"
import type { Verb } from "../verbs/verb"
import { PREFIX } from "./answer"
import { openApiDocument } from "./document"

type Document = Awaited<ReturnType<typeof openApiDocument>>
type Operation = NonNullable<NonNullable<NonNullable<Document["paths"]>[string]>["get"]>
/** What the generator makes of our inputs. */
type Schema = {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly pattern?: string
}
const isShown = (limit: number | undefined): limit is number => limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER

/** "restart | relocate", "integer 0…1000", "string ^[a-z]+$, at most 64": one line. */
export function typeOf(schema: Schema): string {
  if (schema.enum) return schema.enum.join(" | ")
  if (schema.anyOf) return schema.anyOf.length > 3 ? "JSON" : schema.anyOf.map(typeOf).join(" | ")
  if (schema.type === "array") return `${typeOf(schema.items ?? {})}[]`
  const { type = "JSON", minimum, maximum, pattern, maxLength } = schema
  const range = isShown(minimum) || isShown(maximum) ? [`${isShown(minimum) ? minimum : ""}…${isShown(maximum) ? maximum : ""}`] : []
  return [type, ...range, ...(pattern === undefined ? [] : [pattern]), ...(maxLength === undefined ? [] : [`≤ ${maxLength}`])].join(" ")
}
/** An object's fields, those inside of it after it. */
export function fieldsOf({ properties = {}, required = [] }: Schema, at = ""): readonly ApiField[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = `${at}${name}`
    const own = { path, type: typeOf(schema), isRequired: required.includes(name) }
    if (schema.properties) return [own, ...fieldsOf(schema, `${path}.`)]
    return schema.items?.properties ? [own, ...fieldsOf(schema.items, `${path}[].`)] : [own]
  })
}
function inputOf({ parameters = [], requestBody }: Operation): readonly ApiField[] {
  const asked = parameters.flatMap((parameter) =>
    "in" in parameter && parameter.in === "query"
      ? [{ path: parameter.name, type: typeOf((parameter.schema ?? {}) as Schema), isRequired: parameter.required === true }] // as above
      : [],
  )
  const body = requestBody && "content" in requestBody ? requestBody.content["application/json"]?.schema : undefined
  return [...asked, ...fieldsOf((body ?? {}) as Schema)] // as above
}
/** The description as a page shows it. */
export async function apiReference(): Promise<readonly ApiEntry[]> {
  const { paths = {} } = await openApiDocument()
  const all = Object.values(verbs).flatMap((inRoom) => Object.values(inRoom).map((verb): Pick<Verb, "name" | "kind" | "role"> => verb))
  return all.flatMap(({ name, kind, role }) => {
    const path = `/${name.replace(".", "/")}`
    const operation = paths[path]?.[kind === "query" ? "get" : "post"]
    const ok = operation?.responses?.["200"]
    const method = kind === "query" ? ("GET" as const) : ("POST" as const)
    if (!operation || !ok || !("description" in ok)) return []
    return [{ name, method, path: `${PREFIX}${path}`, role, fields: inputOf(operation), answer: ok.description ?? "" }]
  })
}
