import { z } from "zod"
import type { CommandResult } from "../lib/node/session"
import { lineOf } from "./agent-line"
import { decode, parseXml } from "./agent-xml"

const LIST_MAX = 1_000

/** What an agent says of itself, of whichever kind: OCF 1.1's meta-data, and what fence agents add to it. */
export type AgentMetadata = {
  readonly name: string
  readonly longdesc: string
  readonly shortdesc: string
  readonly parameters: readonly AgentParameter[]
  readonly actions: readonly AgentAction[]
}
export type AgentParameter = {
  readonly name: string
  readonly required: boolean
  readonly unique: boolean
  /** As the agent says: string, integer, boolean, second, select … */
  readonly type: string
  readonly default: string | null
  readonly options: readonly string[]
  readonly shortdesc: string
  readonly longdesc: string
  readonly isDeprecated: boolean
  /** The older name of the same parameter. */
  readonly obsoletes: string | null
}
export type AgentAction = {
  readonly name: string
  readonly timeoutMs: number | null
  readonly intervalMs: number | null
  readonly depth: number | null
  readonly isAutomatic: boolean
  readonly isOnTarget: boolean
}

const Attribute = z.string().optional()
const Texts = z.array(z.object({ "#text": z.string().default(""), "@lang": Attribute })).default([])
const Option = z.object({ "@value": Attribute })
const Content = z.object({ "@type": Attribute, "@default": Attribute, option: z.array(Option).max(LIST_MAX).default([]) })
const Parameter = z.object({
  "@name": Attribute,
  "@required": Attribute,
  "@unique": Attribute,
  "@unique-group": Attribute,
  "@deprecated": Attribute,
  "@obsoletes": Attribute,
  longdesc: Texts,
  shortdesc: Texts,
  content: z.array(Content).default([]),
})
const Action = z.object({
  "@name": Attribute,
  "@timeout": Attribute,
  "@interval": Attribute,
  "@depth": Attribute,
  "@automatic": Attribute,
  "@on_target": Attribute,
})
/** An empty `<parameters/>` or `<actions/>` holds nothing but its text. */
const Root = z.object({
  "resource-agent": z
    .array(
      z.object({
        "@name": Attribute,
        "@shortdesc": Attribute,
        longdesc: Texts,
        shortdesc: Texts,
        parameters: z.array(z.object({ parameter: z.array(Parameter).max(LIST_MAX).default([]) })).default([]),
        actions: z.array(z.object({ action: z.array(Action).max(LIST_MAX).default([]) })).default([]),
      }),
    )
    .min(1),
})

const plain = (text: string): string =>
  decode(text)
    .replace(/(?![\n\t])[\p{Cc}\p{Cf}]/gu, "")
    .trim()
const textOf = (texts: z.infer<typeof Texts>): string => {
  const english = texts.find((t) => t["@lang"]?.startsWith("en")) ?? texts[0]
  return plain(english?.["#text"] ?? "")
}
const isTrue = (value: string | undefined): boolean => /^(1|true|yes|on)$/i.test(value ?? "")
const units = new Map([
  ["", 1_000],
  ["ms", 1],
  ["s", 1_000],
  ["sec", 1_000],
  ["m", 60_000],
  ["min", 60_000],
  ["h", 3_600_000],
])
/** Pacemaker's durations: "20s", "100" (seconds), "500ms". */
export function durationMs(text: string | undefined): number | null {
  const [, count, unit = ""] = /^\s*(\d{1,9})\s*([a-z]*)\s*$/.exec(text ?? "") ?? []
  const factor = units.get(unit)
  return count === undefined || factor === undefined ? null : Number(count) * factor
}
const decoded = (text: string | undefined): string | null => (text === undefined ? null : decode(text))
const parameterOf = (raw: z.infer<typeof Parameter>): AgentParameter => {
  const [content] = raw.content
  return {
    name: decode(raw["@name"] ?? ""),
    required: isTrue(raw["@required"]),
    unique: isTrue(raw["@unique"]) || raw["@unique-group"] !== undefined,
    type: content?.["@type"] ?? "string",
    default: decoded(content?.["@default"]),
    options: content?.option.flatMap((one) => decoded(one["@value"]) ?? []) ?? [],
    shortdesc: textOf(raw.shortdesc),
    longdesc: textOf(raw.longdesc),
    isDeprecated: isTrue(raw["@deprecated"]),
    obsoletes: decoded(raw["@obsoletes"]),
  }
}
const actionOf = (raw: z.infer<typeof Action>): AgentAction => ({
  name: decode(raw["@name"] ?? ""),
  timeoutMs: durationMs(raw["@timeout"]),
  intervalMs: durationMs(raw["@interval"]),
  depth: /^\d{1,3}$/.test(raw["@depth"] ?? "") ? Number(raw["@depth"]) : null,
  isAutomatic: isTrue(raw["@automatic"]),
  isOnTarget: isTrue(raw["@on_target"]),
})

/** @throws Error with a plain sentence. */
export function parseAgentMetadata({ exitCode, stdout, stderr }: CommandResult): AgentMetadata {
  if (exitCode !== 0) throw new Error(`meta-data ended with exit code ${exitCode}: ${lineOf(stderr)}`)
  const parsed = Root.safeParse(parseXml(stdout))
  const agent = parsed.data?.["resource-agent"][0]
  if (!agent) throw new Error("the meta-data is not that of a resource agent")
  return {
    name: decode(agent["@name"] ?? ""),
    longdesc: textOf(agent.longdesc),
    shortdesc: textOf(agent.shortdesc) || plain(agent["@shortdesc"] ?? ""),
    parameters: agent.parameters.flatMap(({ parameter }) => parameter.map(parameterOf)).filter(({ name }) => name !== ""),
    actions: agent.actions.flatMap(({ action }) => action.map(actionOf)).filter(({ name }) => name !== ""),
  }
}
