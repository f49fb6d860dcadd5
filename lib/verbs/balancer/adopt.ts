import { z } from "zod"
import { keepalivedPath, parseKeepalived, readAny, readConfig, readTable, renderKeepalived, testConfig } from "../../../agents/registry"
import type { Balancer } from "../../domain/balancer"
import type { BalancerEngine } from "../../domain/balancer-definition"
import { type BalancerChange, balancerDiff } from "../../domain/balancer-diff"
import type { Imported, ImportNote } from "../../domain/balancer-import"
import { refusalsOf, warningsOf } from "../../domain/balancer-rules"
import { sealable } from "../../domain/balancer-secret"
import type { AdoptView, FileReading } from "../../domain/balancer-view"
import { Name } from "../../domain/call"
import { type Report, report } from "../../domain/report"
import type { Coded } from "../../domain/views"
import { askAside } from "../../inventory/aside"
import { ClusterId, clusterOf, nodeOf } from "../common"
import type { Ctx } from "../context"
import { defineVerb, Refused } from "../verb"
import { asked } from "./asked"
import { definitionReports } from "./definition"
import { fileDiff, hidden } from "./files"
import { writeVersion } from "./plan"
import { coverageOf } from "./reading"
import { ruleOf } from "./rule"

const TEXT_MAX = 4 * 1024 * 1024
type Format = FileReading["format"]

function readingOf(format: Format, text: string, imported: Imported): FileReading {
  const { balancer, understood, verbatim, notUnderstood, cautions } = imported
  const { model } = sealable(balancer, {})
  const isTable = format === "ipvsSave" || format === "ipvsList"
  return {
    ...{ format, understood, model, verbatim: verbatim.map(shown), notUnderstood: notUnderstood.map(shown) },
    cautions: cautions.map(({ code, params, line }) => ({ code, params: { ...params, line: String(line) } })),
    lines: coverageOf(text, imported),
    refusals: refusalsOf(balancer, { engine: isTable ? "ipvsadm" : "keepalived" }),
    warnings: warningsOf(balancer),
  }
}
const shown = (note: ImportNote): ImportNote => ({ ...note, text: hidden(note.text) })
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
  const session = ctx.engine.inventory.session(clusterId, node)
  const [test, table] = await Promise.all([
    // It reads the file from its input: a question of its own.
    askAside(session, testConfig(rendered)),
    askAside(session, readTable),
  ])
  return {
    ...{ node, engine: "keepalived" as BalancerEngine, why: null, own },
    reading: readingOf("keepalived", config.text, parsed.value),
    changes: again.ok ? balancerDiff(sealable(own, {}).model, sealable(again.value.balancer, {}).model) : [unreadAgain],
    text: fileDiff(node, keepalivedPath, config.text, rendered),
    test: test.ok ? test.value : { exit: -1, output: test.why },
    table: table.ok ? tableChanges(own, table.value) : [{ ...unreadAgain, of: table.why }],
  }
}
/** What could not be read proves nothing. */
const unreadAgain: BalancerChange = { what: "changed", of: "", field: null, from: null, to: null }
async function look1(ctx: Ctx, clusterId: string, node: string): Promise<Found> {
  const config = await asked(ctx, clusterId, node, readConfig())
  if (!config.ok) return blank(node, { code: "notRead", params: { node, why: config.why } })
  if (config.value.text !== null && config.value.text.trim() !== "")
    return keepalivedFound(ctx, clusterId, node, { text: config.value.text, files: config.value.files })
  const table = await asked(ctx, clusterId, node, readTable)
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
/** A password that stands where the panel keeps lines as they are would be stored and shown as they are. */
function hasKeptSecret(model: Balancer): boolean {
  const passwords = Object.values(sealable(model, {}).secrets).filter((one) => one.length > 2)
  const texts: string[] = []
  JSON.stringify(model, (key, value: unknown) => {
    if (key === "kept") texts.push(JSON.stringify(value))
    return value
  })
  return texts.some((text) => /auth_pass\s+(?!\*{8})/.test(text) || passwords.some((password) => text.includes(password)))
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
    ...(model !== null && hasKeptSecret(model) ? [report("adoptSecret", { node })] : []),
  ])
  if (!first?.own || !second?.own) return own
  const servers = (model: Balancer): Balancer => ({ ...model, directors: [] })
  const isOdd = first.engine === "keepalived" && [first, second].some(({ own: model }) => model?.directors.length !== 1)
  const differ = isOdd || first.engine !== second.engine || balancerDiff(servers(first.own), servers(second.own)).length > 0
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
  ...{ name: "balancer.look", kind: "command", role: "admin", audit: "none" },
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
    const reports = definitionReports(cluster, { ...input, model: { directors: [], virtualServers: [], kept: [] } }, secrets)
    if (reports.length > 0) throw new Refused(409, reports)
    await ctx.db.$transaction((tx) => writeVersion(tx, { ctx, cluster, wanted: { input, secrets }, definition: undefined, job: null }))
    await ctx.engine.keeper.redefined()
    return { version: 1 }
  },
})
