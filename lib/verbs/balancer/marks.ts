import { marksPath, renderMarks } from "../../../agents/registry"
import type { Balancer } from "../../domain/balancer"
import { DirectorMarks } from "../../domain/balancer-live"
import { areMarksThere, marksOf } from "../../domain/balancer-marks"
import type { FileDiff } from "../../domain/balancer-view"
import type { Call } from "../../domain/call"
import { report } from "../../domain/report"
import type { Ctx } from "../context"
import { Refused } from "../verb"
import { fileDiff } from "./files"
import { factView, freshFact } from "./seen"

export const marksSeen = (ctx: Ctx, clusterId: string, node: string): DirectorMarks | null =>
  freshFact(ctx, clusterId, node, "ipvs.marks", DirectorMarks)
export type MarkSteps = { readonly before: readonly Call[]; readonly after: readonly Call[]; readonly files: readonly FileDiff[] }
const nothing: MarkSteps = { before: [], after: [], files: [] }
const unmark = (node: string): Call => ({ node, driver: "ipvs", op: "unmark", params: {} })

/** The rules of a director: there before the table that counts by them, and gone after it. @throws Refused where nft is missing */
export function markSteps(ctx: Ctx, clusterId: string, node: string, model: Balancer): MarkSteps {
  const rules = marksOf(model)
  const seen = factView(ctx, clusterId, node, "ipvs.marks", DirectorMarks)?.value ?? null
  if (rules.length === 0) return seen && !areMarksThere([], "", seen) ? { ...nothing, after: [unmark(node)] } : nothing
  if (seen?.nft === null) throw new Refused(409, [report("nftMissing", { node })])
  const text = renderMarks(rules)
  if (seen && areMarksThere(rules, text, seen)) return nothing
  const diff = fileDiff(node, marksPath, seen?.text ?? null, text)
  return { before: [{ node, driver: "ipvs", op: "mark", params: { rules: [...rules] } }], after: [], files: diff ? [diff] : [] }
}
/** Of a node that is no director any more. */
export const unmarked = (ctx: Ctx, clusterId: string, nodes: readonly string[]): readonly Call[] =>
  nodes.flatMap((node) => {
    const seen = marksSeen(ctx, clusterId, node)
    return seen && !areMarksThere([], "", seen) ? [unmark(node)] : []
  })
