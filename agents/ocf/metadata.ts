import { z } from "zod"
import { Name } from "../../lib/domain/call"
import type { CommandResult } from "../../lib/node/session"
import { sh } from "../../lib/node/sh"
import type { Fact } from "../contract"
import { lineOf } from "./parse"
import { isSecretName } from "./schema"
import { decode, parseXml } from "./xml"

const LIST_MAX = 1_000

export type Metadata = {
  readonly name: string
  readonly longdesc: string
  readonly shortdesc: string
  readonly parameters: readonly MetadataParameter[]
  readonly actions: readonly MetadataAction[]
}
export type MetadataParameter = {
  readonly name: string
  readonly required: boolean
  readonly unique: boolean
  /** As the agent says: string, integer, boolean, select … */
  readonly type: string
  readonly default: string | null
  readonly shortdesc: string
  readonly longdesc: string
  /** It looks like a secret, which the panel does not take yet. */
  readonly isSecret: boolean
}
export type MetadataAction = {
  readonly name: string
  readonly timeoutMs: number | null
  readonly intervalMs: number | null
  readonly depth: number | null
}

const Attribute = z.string().optional()
const Texts = z.array(z.object({ "#text": z.string().default(""), "@lang": Attribute })).default([])
const Parameter = z.object({
  "@name": Attribute,
  "@required": Attribute,
  "@unique": Attribute,
  "@unique-group": Attribute,
  longdesc: Texts,
  shortdesc: Texts,
  content: z.array(z.object({ "@type": Attribute, "@default": Attribute })).default([]),
})
const Action = z.object({ "@name": Attribute, "@timeout": Attribute, "@interval": Attribute, "@depth": Attribute })
/** An empty `<parameters/>` or `<actions/>` holds nothing but its text. */
const Root = z.object({
  "resource-agent": z
    .array(
      z.object({
        "@name": Attribute,
        longdesc: Texts,
        shortdesc: Texts,
        parameters: z.array(z.object({ parameter: z.array(Parameter).max(LIST_MAX).default([]) })).default([]),
        actions: z.array(z.object({ action: z.array(Action).max(LIST_MAX).default([]) })).default([]),
      }),
    )
    .min(1),
})

const textOf = (texts: z.infer<typeof Texts>): string => {
  const english = texts.find((t) => t["@lang"]?.startsWith("en")) ?? texts[0]
  return decode(english?.["#text"] ?? "")
    .replace(/(?![\n\t])[\p{Cc}\p{Cf}]/gu, "")
    .trim()
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
const parameterOf = (raw: z.infer<typeof Parameter>): MetadataParameter => {
  const name = decode(raw["@name"] ?? "")
  const [content] = raw.content
  const fallback = content?.["@default"]
  return {
    name,
    required: isTrue(raw["@required"]),
    unique: isTrue(raw["@unique"]) || raw["@unique-group"] !== undefined,
    type: content?.["@type"] ?? "string",
    default: fallback === undefined ? null : decode(fallback),
    shortdesc: textOf(raw.shortdesc),
    longdesc: textOf(raw.longdesc),
    isSecret: isSecretName(name),
  }
}
const actionOf = (raw: z.infer<typeof Action>): MetadataAction => ({
  name: decode(raw["@name"] ?? ""),
  timeoutMs: durationMs(raw["@timeout"]),
  intervalMs: durationMs(raw["@interval"]),
  depth: /^\d{1,3}$/.test(raw["@depth"] ?? "") ? Number(raw["@depth"]) : null,
})

/** What an agent says of itself: `meta-data` of OCF 1.1. @throws Error with a plain sentence. */
export function parseMetadata({ exitCode, stdout, stderr }: CommandResult): Metadata {
  if (exitCode !== 0) throw new Error(`meta-data ended with exit code ${exitCode}: ${lineOf(stderr)}`)
  const parsed = Root.safeParse(parseXml(stdout))
  const agent = parsed.data?.["resource-agent"][0]
  if (!agent) throw new Error("the meta-data is not that of a resource agent")
  return {
    name: decode(agent["@name"] ?? ""),
    longdesc: textOf(agent.longdesc),
    shortdesc: textOf(agent.shortdesc),
    parameters: agent.parameters.flatMap(({ parameter }) => parameter.map(parameterOf)).filter(({ name }) => name !== ""),
    actions: agent.actions.flatMap(({ action }) => action.map(actionOf)).filter(({ name }) => name !== ""),
  }
}
export const metadata = (provider: string, agent: string): Fact<Metadata> => {
  const path = `/usr/lib/ocf/resource.d/${Name.parse(provider)}/${Name.parse(agent)}`
  return {
    name: `ocf.metadata:${provider}:${agent}`,
    command: sh`env OCF_ROOT=/usr/lib/ocf ${path} meta-data`,
    parse: parseMetadata,
    everyMs: 3_600_000,
  }
}
