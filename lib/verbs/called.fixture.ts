import { createRouterClient, ORPCError } from "@orpc/server"
import { verbs } from "./all"
import type { Ctx } from "./context"
import { router } from "./router"
import samples from "./samples.json"
import type { Verb } from "./verb"

/** Every verb by "room.verb", as all.ts has it. */
export const everyVerb: ReadonlyMap<string, Verb> = new Map(
  Object.entries(verbs).flatMap(([room, inRoom]) =>
    Object.entries(inRoom).map(([name, verb]) => [`${room}.${name}`, verb as unknown as Verb]),
  ), // the table forgets each one's input
)
/** An input that the verb takes; `$cluster` and `$plan` stand for ids of this world. */
export const sampleOf = (verb: string, ids: Readonly<Record<string, string>>): unknown => {
  const sample = (samples as Readonly<Record<string, unknown>>)[verb]
  if (sample === undefined) throw new Error(`samples.json has no input for ${verb}`)
  return JSON.parse(JSON.stringify(sample), (_, value) =>
    typeof value === "string" && value.startsWith("$") ? ids[value.slice(1)] : value,
  )
}
/** By name through the router, as HTTP does it. */
export function callByName(ctx: Ctx, verb: string, input: unknown): Promise<unknown> {
  const [room = "", name = ""] = verb.split(".")
  const client = createRouterClient(router, { context: ctx }) as unknown as Record<
    string,
    Record<string, (input: unknown) => Promise<unknown>>
  > // by name
  const call = client[room]?.[name]
  if (!call) throw new Error(`the router has no ${verb}`)
  return call(input)
}

type Reports = readonly { readonly code: string; readonly field?: string; readonly params: Record<string, string> }[]
/** Why it was refused; empty when it was not. Any other error is thrown. */
export async function refusedBy(ask: Promise<unknown>): Promise<Reports> {
  try {
    await ask
    return []
  } catch (error) {
    if (!(error instanceof ORPCError)) throw error
    return Object(error.data).reports // every refusal has them
  }
}
/** Each report's code, and its field behind it. */
export const codesOf = async (ask: Promise<unknown>): Promise<readonly string[]> =>
  (await refusedBy(ask)).map(({ code, field }) => [code, field].filter(Boolean).join(" "))
