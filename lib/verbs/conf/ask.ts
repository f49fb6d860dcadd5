import { coverageOf } from "../../../agents/cluster-conf/coverage"
import { renderXml, withNextVersion } from "../../../agents/cluster-conf/render"
import type { ClusterDefinition } from "../../db/definitions"
import type { ConfChoice, ConfExported, ConfImported, ConfPreview } from "../../domain/cluster-conf"
import { report } from "../../domain/report"
import { mayAct } from "../../domain/roles"
import { clusterOf } from "../common"
import type { Ctx } from "../context"
import { defineVerb, Refused } from "../verb"
import { baseOf, maskedText, writeBase } from "./base"
import { type Compared, compare } from "./compare"
import { confOf, emptyConf, writtenInto } from "./document"
import { ExportInput, ImportInput, PreviewInput } from "./inputs"
import { definitionsOf } from "./panel"
import { refusalsOf, writeTaken } from "./take"

const membersOf = ({ nodes }: ClusterDefinition) => nodes.filter(({ isMember }) => isMember).map(({ name }) => name)
const comparedIn = ({ engine }: Ctx, cluster: ClusterDefinition, text: string) => {
  const conf = confOf(text)
  return { conf, ...compare(conf, definitionsOf(cluster, engine.secrets.open), membersOf(cluster)) }
}
/** A whole cluster.conf holds passwords: the record has who, when and which choices. */
const record = (input: unknown): unknown => {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return {}
  const { text, ...rest }: { readonly text?: unknown } = input
  return { ...rest, characters: typeof text === "string" ? text.length : 0 }
}

/** What a cluster.conf would bring, line by line and definition by definition; nothing is kept. */
export const preview = defineVerb({
  name: "conf.preview",
  kind: "command",
  role: "admin",
  audit: "none",
  record,
  input: PreviewInput,
  run: async (ctx, { clusterId, text }): Promise<ConfPreview> => {
    const cluster = clusterOf(ctx, clusterId)
    const { conf, compared, notes } = comparedIn(ctx, cluster, text)
    const refusals = await refusalsOf(ctx, cluster, offeredIn(compared))
    const members = membersOf(cluster)
    return {
      cluster: { file: conf.name, panel: cluster.name },
      version: conf.configVersion ?? null,
      nodesMissing: conf.nodes.map(({ name }) => name).filter((name) => !members.includes(name)),
      coverage: coverageOf(conf),
      notes,
      changes: compared.map(({ next: _, ...change }) => ({ ...change, reports: refusals.get(change.id) ?? [] })),
    }
  },
})
/** Each is looked at beside every other, and the keeper waits meanwhile. */
const OFFERED_MAX = 500
/** What is new or differs. @throws Refused 409 for more than a cluster has at once. */
function offeredIn(compared: readonly Compared[]): readonly Compared[] {
  const offered = compared.filter(({ what }) => what === "new" || what === "conflict")
  if (offered.length <= OFFERED_MAX) return offered
  throw new Refused(409, [report("confTooMany", { n: String(offered.length), max: String(OFFERED_MAX) }, "text")])
}

/** All or nothing; what only the panel has stays, and no service is started. */
export const import_ = defineVerb({
  name: "conf.import",
  kind: "command",
  role: "admin",
  record,
  input: ImportInput,
  run: async (ctx, { clusterId, text, choices }): Promise<ConfImported> => {
    const cluster = clusterOf(ctx, clusterId)
    const before = await baseOf(ctx, clusterId)
    const { conf, compared, notes } = comparedIn(ctx, cluster, text)
    const choice = ({ id }: Compared): ConfChoice | undefined => (Object.hasOwn(choices, id) ? choices[id] : undefined)
    const offered = offeredIn(compared)
    const undecided = offered.filter((c) => c.what === "conflict" && choice(c) === undefined)
    if (undecided.length > 0)
      throw new Refused(
        409,
        undecided.map(({ id, name }) => report("conflictUndecided", { id, name }, `choices.${id}`)),
      )
    const taken = offered.filter((c) => choice(c) !== "panel")
    const refusals = await refusalsOf(ctx, cluster, taken)
    const reports = taken.flatMap(({ id }) => (refusals.get(id) ?? []).map((one) => ({ ...one, field: `choices.${id}` })))
    if (reports.length > 0) throw new Refused(409, reports)
    await ctx.db.$transaction(
      async (tx) => {
        await writeTaken(ctx, tx, cluster, taken)
        await writeBase(ctx, tx, clusterId, conf, before)
      },
      { timeout: WRITE_MS },
    )
    await ctx.engine.keeper.redefined()
    await ctx.engine.inventory.readNow(clusterId)
    return {
      taken: taken.map(({ id }) => id),
      kept: offered.filter((c) => choice(c) === "panel").map(({ id }) => id),
      waiting: taken.filter(({ kind, what }) => kind === "service" && what === "new").map(({ name }) => name),
      notes,
    }
  },
})
/** For a file at the limit of its size. */
const WRITE_MS = 60_000

const recordOfExport = (input: unknown): unknown => {
  const { data } = ExportInput.safeParse(input)
  return data ? { clusterId: data.clusterId, with: data.secrets ? "secrets" : "" } : {}
}
/** cluster.conf as the panel has things now. The secrets go with it only for an admin who asks for them. */
export const export_ = defineVerb({
  name: "conf.export",
  kind: "command",
  role: "viewer",
  hasSecretAnswer: true,
  // By its name the field would be masked; whether the secrets went out is what the record is for.
  record: recordOfExport,
  input: ExportInput,
  run: async (ctx, { clusterId, secrets }): Promise<ConfExported> => {
    const cluster = clusterOf(ctx, clusterId)
    if (secrets && !mayAct(ctx.user?.role, "admin"))
      throw new Refused(403, [report("roleMissing", { role: "admin", has: ctx.user?.role ?? "" }, "secrets")])
    const base = (await baseOf(ctx, clusterId)) ?? emptyConf(cluster.name)
    const { document, notes } = writtenInto(base, definitionsOf(cluster, ctx.engine.secrets.open), membersOf(cluster))
    const next = withNextVersion(document)
    const version = Number(next.root.attributes.find(({ name }) => name === "config_version")?.value)
    return { text: secrets ? renderXml(next) : maskedText(next), version, hasSecrets: secrets, notes }
  },
})
