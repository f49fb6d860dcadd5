import { z } from "zod"
import { canonical } from "../../lib/domain/balancer-address"
import { DirectorMarks, MarkRule } from "../../lib/domain/balancer-live"
import type { CommandResult } from "../../lib/node/session"
import { lineOf } from "../agent-line"

const Ports = z.union([z.int(), z.object({ range: z.tuple([z.int(), z.int()]) })])
const field = (protocol: z.ZodType, name: string) => z.strictObject({ payload: z.strictObject({ protocol, field: z.literal(name) }) })
const match = <L extends z.ZodType, R extends z.ZodType>(left: L, right: R) =>
  z.object({ match: z.strictObject({ op: z.literal("=="), left, right }) })
/** As `nft -j` says a rule of `renderMarks`. */
const OurRule = z.object({
  chain: z.literal("prerouting"),
  expr: z.tuple([
    match(field(z.enum(["ip", "ip6"]), "daddr"), z.string()),
    match(z.strictObject({ payload: z.strictObject({ protocol: z.enum(["tcp", "udp", "sctp"]), field: z.literal("dport") }) }), Ports),
    z.object({ mangle: z.strictObject({ key: z.strictObject({ meta: z.strictObject({ key: z.literal("mark") }) }), value: z.int() }) }),
  ]),
})
const OurChain = z.object({
  ...{ name: z.literal("prerouting"), type: z.literal("filter"), hook: z.literal("prerouting") },
  ...{ prio: z.literal(-150), policy: z.literal("accept") },
})
const Listing = z.object({ nftables: z.array(z.record(z.string(), z.unknown())).max(10_000) })

function ruleOf(one: unknown): MarkRule | undefined {
  const read = OurRule.safeParse(one).data
  if (!read) return undefined
  const [daddr, dport, set] = read.expr
  const ports = dport.match.right
  const [from, to] = typeof ports === "number" ? [ports, ports] : ports.range
  return MarkRule.safeParse({
    ...{ mark: set.mangle.value, protocol: dport.match.left.payload.protocol, address: canonical(daddr.match.right), from, to },
  }).data
}
/** What the table has of ours, and how much that is not: another chain, another rule, a set. */
function tableOf(text: string): Pick<DirectorMarks, "rules" | "strange"> {
  const { nftables } = Listing.parse(JSON.parse(text))
  const rules = nftables.flatMap(({ rule }) => (rule === undefined ? [] : [ruleOf(rule)]))
  const isOurs = ({ metainfo, table, chain, rule }: Readonly<Record<string, unknown>>) =>
    metainfo !== undefined || table !== undefined || (chain !== undefined ? OurChain.safeParse(chain).success : rule !== undefined)
  const known = rules.flatMap((one) => (one ? [one] : []))
  return { rules: known, strange: rules.length - known.length + nftables.filter((one) => !isOurs(one)).length }
}
/** @throws Error on an output that has no end, or is none of nft's */
export function parseMarks({ exitCode, stdout, stderr, truncated }: CommandResult): DirectorMarks {
  if (truncated || !/(?:^|\n)moyai\.end\n$/.test(stdout))
    throw new Error(`the marks ended with exit code ${exitCode} ${lineOf(stderr)}`.trim())
  const lines = stdout.split("\n").slice(0, -2)
  if (lines.includes("moyai.unreadable")) throw new Error(`nft cannot list its tables ${lineOf(stderr)}`.trim())
  const table = lines[lines.indexOf("moyai.table") + 1]
  const isThere = lines.includes("moyai.table")
  const file = lines.includes("moyai.file") ? lines.slice(lines.indexOf("moyai.file") + 1) : undefined
  return DirectorMarks.parse({
    nft: /^nftables v(\d[\w.-]{0,20})/m.exec(stdout)?.[1] ?? null,
    ...(isThere ? tableOf(table ?? "") : { rules: null, strange: 0 }),
    text: file === undefined ? null : file.map((line) => `${line.slice(1)}\n`).join(""),
    isAtBoot: lines.includes("moyai.atBoot"),
  })
}
