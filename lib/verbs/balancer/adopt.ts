import { z } from "zod"
import { keepalivedPath, parseKeepalived, readAny, readConfig, readTable, renderKeepalived, testConfig } from "../../../agents/registry"
import type { Balancer } from "../../domain/balancer"
import type { BalancerEngine } from "../../domain/balancer-definition"
import { type BalancerChange, balancerDiff } from "../../domain/balancer-diff"
import type { Imported } from "../../domain/balancer-import"
import { refusalsOf, warningsOf } from "../../domain/balancer-rules"
import { sealable } from "../../domain/balancer-secret"
import type { AdoptView, FileReading } from "../../domain/balancer-view"
import { Name } from "../../domain/call"
import { type Report, report } from "../../domain/report"
import type { Coded } from "../../domain/views"
import { ClusterId, clusterOf, nodeOf } from "../common"
import type { Ctx } from "../context"
import { defineVerb, Refused } from "../verb"
import { definitionReports } from "./definition"
import { fileDiff } from "./files"
import { writeVersion } from "./plan"
import { coverageOf } from "./reading"

const TEXT_MAX = 4 * 1024 * 1024
type Format = FileReading["format"]

function readingOf(format: Format, text: string, imported: Imported): FileReading {
  const { balancer, understood, verbatim, notUnderstood, cautions } = imported
  const { model } = sealable(balancer, {})
  const isTable = format === "ipvsSave" || format === "ipvsList"
  return {
    ...{ format, understood, verbatim, notUnderstood, model },
    cautions: cautions.map(({ code, params, line }) => ({ code, params: { ...params, line: String(line) } })),
    lines: coverageOf(text, imported),
    refusals: refusalsOf(balancer, { engine: isTable ? "ipvsadm" : "keepalived" }),
    warnings: warningsOf(balancer),
  }
}
/** A file of the old world, pasted or uploaded: what of it is understood, kept, and not understood. */
export const read = defineVerb({
  // A file is too long for an address, and a look asks the nodes: POST, and nothing is on record.
  ...{ name: "balancer.read", kind: "command", role: "viewer", audit: "none" },
  input: z.object({ clusterId: ClusterId, text: z.string().max(TEXT_MAX) }),
  run: async (ctx, { clusterId, text }): Promise<FileReading> => {
    clusterOf(ctx, clusterId)
    const result = readAny({ text })
    if (!result.ok) throw new Refused(409, [report("adoptUnreadable", { line: String(result.error.line), why: result.error.text }, "text")])
    return readingOf(result.value.format, text, result.value.imported)
  },
})

type Found = AdoptView["nodes"][number] & { readonly own: Balancer | null }
const blank = (node: string, why: Coded | null): Found => ({
  ...{ node, engine: null, why, reading: null, changes: [], text: null, test: null, table: [], own: null },
})
/** What the kernel has otherwise than the model's rules; servers that a check has out are no difference. */
function tableChanges(model: Balancer, table: Balancer): readonly BalancerChange[] {
  const rules: Balancer = { directors: [], kept: [], virtualServers: model.virtualServers.map(ruleOf) }
  return balancerDiff(rules, { ...table, virtualServers: table.virtualServers.map(ruleOf) }).filter(
    ({ what, of }) => !(what === "removed" && of.includes(" real ")),
  )
}
/** What IPVS knows of a virtual server; the rest is keepalived's. */
function ruleOf(server: Balancer["virtualServers"][number]): Balancer["virtualServers"][number] {
  const { service, scheduler, schedulerFlags, forwarding, persistenceTimeout, onePacket, realServers } = server
  return {
    ...{ service, scheduler, schedulerFlags, forwarding, kept: [] },
    ...(persistenceTimeout === undefined ? {} : { persistenceTimeout }),
    ...(onePacket ? { onePacket } : {}),
    realServers: realServers.map(({ address, port, weight, forwarding: own }) => ({
      ...{ address, weight: weight ?? 1, checks: [], kept: [] },
      ...(port === undefined ? {} : { port }),
      ...(own === undefined ? {} : { forwarding: own }),
    })),
  }
}
async function keepalivedFound(
  ctx: Ctx,
  clusterId: string,
  node: string,
  config: { text: string; files: Record<string, string> },
): Promise<Found> {
  const parsed = parseKeepalived(config.text, config.files)
  if (!parsed.ok) return blank(node, { code: "notUnderstood", params: { node, line: String(parsed.error.line), why: parsed.error.text } })
  const own = parsed.value.balancer
  const rendered = renderKeepalived(own)
  const again = parseKeepalived(rendered, config.files)
  const [test, table] = await Promise.all([
    ctx.engine.inventory.readOnce(clusterId, node, testConfig(rendered)),
    ctx.engine.inventory.readOnce(clusterId, node, readTable),
  ])
  return {
    ...{ node, engine: "keepalived" as BalancerEngine, why: null, own },
    reading: readingOf("keepalived", config.text, parsed.value),
    changes: again.ok ? balancerDiff(sealable(own, {}).model, sealable(again.value.balancer, {}).model) : [],
    text: fileDiff(node, keepalivedPath, config.text, rendered),
    test: test.ok ? test.value : { exit: -1, output: test.why },
    table: table.ok ? tableChanges(own, table.value) : [],
  }
}
async function look1(ctx: Ctx, clusterId: string, node: string): Promise<Found> {
  const { inventory } = ctx.engine
  const config = await inventory.readOnce(clusterId, node, readConfig())
  if (!config.ok) return blank(node, { code: "notRead", params: { node, why: config.why } })
  if (config.value.text !== null && config.value.text.trim() !== "")
    return keepalivedFound(ctx, clusterId, node, { text: config.value.text, files: config.value.files })
  const table = await inventory.readOnce(clusterId, node, readTable)
  if (!table.ok) return blank(node, { code: "notRead", params: { node, why: table.why } })
  if (table.value.virtualServers.length === 0) return blank(node, { code: "nothingThere", params: { node } })
  return { ...blank(node, null), engine: "ipvsadm", own: table.value }
}
/** One model for all of them: the directors of each, the virtual servers of the first. */
function jointly(found: readonly Found[]): Balancer | null {
  const [first] = found
  if (!first?.own || found.some(({ own }) => own === null)) return null
  return { ...first.own, directors: found.flatMap(({ own }) => own?.directors ?? []) }
}
function verdictOf(found: readonly Found[]): readonly Report[] {
  const [first, second] = found
  const own = found.flatMap(({ node, why, changes, test, table, engine, own: model }) => [
    ...(model === null ? [report("adoptNothing", { node, why: why?.params.why ?? "" })] : []),
    ...(changes.length > 0 ? [report("adoptDiffers", { node, n: String(changes.length) })] : []),
    ...(engine === "keepalived" && test !== null && (test.exit !== 0 || test.output.trim() !== "")
      ? [report("adoptTest", { node, output: test.output.slice(0, 500) })]
      : []),
    ...(table.length > 0 ? [report("adoptTable", { node, n: String(table.length) })] : []),
  ])
  if (!first?.own || !second?.own) return own
  const servers = (model: Balancer): Balancer => ({ directors: [], virtualServers: model.virtualServers, kept: [] })
  const differ = first.engine !== second.engine || balancerDiff(servers(first.own), servers(second.own)).length > 0
  return [...own, ...(differ ? [report("adoptPairDiffers", { one: first.node, other: second.node })] : [])]
}
const Nodes = z.array(Name).min(1).max(2)
/** What runs there, what the panel would make of it, and whether anything would change. Nothing is written. */
async function lookAt(
  ctx: Ctx,
  clusterId: string,
  nodes: readonly string[],
): Promise<{ view: AdoptView; model: Balancer | null; engine: BalancerEngine }> {
  const cluster = clusterOf(ctx, clusterId)
  for (const node of nodes) nodeOf(cluster, node)
  const found = await Promise.all(nodes.map((node) => look1(ctx, clusterId, node)))
  const model = jointly(found)
  const view: AdoptView = {
    nodes: found.map(({ own: _, ...rest }) => rest),
    model: model && sealable(model, {}).model,
    verdict: verdictOf(found),
  }
  return { view, model, engine: found[0]?.engine ?? "keepalived" }
}
export const look = defineVerb({
  ...{ name: "balancer.look", kind: "command", role: "viewer", audit: "none" },
  input: z.object({ clusterId: ClusterId, nodes: Nodes }),
  run: async (ctx, { clusterId, nodes }) => (await lookAt(ctx, clusterId, nodes)).view,
})
/** Takes a running director over: the panel knows it from now on. Nothing is written there, nothing is reloaded. */
export const adopt = defineVerb({
  name: "balancer.adopt",
  kind: "command",
  role: "admin",
  input: z.object({ clusterId: ClusterId, name: Name, nodes: Nodes }),
  run: async (ctx, { clusterId, name, nodes }) => {
    const cluster = clusterOf(ctx, clusterId)
    const { view, model, engine } = await lookAt(ctx, clusterId, nodes)
    if (view.verdict.length > 0 || model === null) throw new Refused(409, view.verdict)
    const { model: shown, secrets } = sealable(model, {})
    const input = { name, engine, nodes: [...nodes], model: shown }
    // What runs is taken as it runs: the rules are for what is changed.
    const reports = definitionReports(ctx, cluster, { ...input, model: { directors: [], virtualServers: [], kept: [] } }, secrets)
    if (reports.length > 0) throw new Refused(409, reports)
    await ctx.db.$transaction((tx) =>
      writeVersion(tx, { ctx, cluster, wanted: { input, secrets, was: null }, definition: undefined, job: null }),
    )
    await ctx.engine.keeper.redefined()
    return { version: 1 }
  },
})
