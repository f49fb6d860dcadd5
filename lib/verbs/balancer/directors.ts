import type { Fact } from "../../../agents/contract"
import {
  asTable,
  ipvsHeld,
  ipvsKernel,
  ipvsMarks,
  ipvsTable,
  keepalivedPath,
  keepalivedService,
  keepalivedState,
  parseKeepalived,
  readConfig,
  readTable,
  realServerState,
  renderChanges,
  renderKeepalived,
  renderRestore,
  wholeText,
} from "../../../agents/registry"
import { digestOf as sha256Of } from "../../auth/digest"
import type { ClusterDefinition } from "../../db/definitions"
import type { Balancer } from "../../domain/balancer"
import type { BalancerInput } from "../../domain/balancer-definition"
import { changesIdentity, isOther, type PlannedDirector } from "../../domain/balancer-plan"
import { secretKeysOf, unsealed } from "../../domain/balancer-secret"
import type { FileDiff } from "../../domain/balancer-view"
import type { Call } from "../../domain/call"
import { report } from "../../domain/report"
import type { Ctx } from "../context"
import { Refused } from "../verb"
import { asked } from "./asked"
import { fileDiff } from "./files"
import { dropSteps } from "./held"
import { markSteps } from "./marks"
import { keepalivedOf, sceneOf, tableOf } from "./seen"

const DIRECTOR: readonly Fact[] = [keepalivedService, ipvsTable, ipvsKernel, ipvsMarks, ipvsHeld, realServerState]
/** Read anew, whether or not they are on the node's schedule yet. Resolves with the directors that answered. */
export async function lookAt(
  { engine: { inventory } }: Ctx,
  cluster: ClusterDefinition,
  directors: readonly string[],
): Promise<readonly string[]> {
  const others = cluster.nodes.map(({ name }) => name).filter((name) => !directors.includes(name))
  const [answered] = await Promise.all([
    inventory.learn(cluster.id, directors, DIRECTOR),
    inventory.learn(cluster.id, others, [realServerState]),
  ])
  return directors.filter((node) => answered.has(node))
}
export const empty: Balancer = { directors: [], virtualServers: [], kept: [] }
/** A balancer as it is to become, with its passwords, and as it was, with those of then. */
export type Wanted = {
  readonly input: BalancerInput
  readonly secrets: Readonly<Record<string, string>>
  readonly was: Balancer | null
  readonly wasSecrets: Readonly<Record<string, string>>
  /** Directors of the version before. */
  readonly wasNodes: readonly string[]
}
export type Made = {
  readonly director: PlannedDirector
  readonly files: readonly FileDiff[]
  /** Of one that is stopped and started by the plan, whose table is then made anew. */
  readonly filesAlone: () => readonly FileDiff[]
  readonly sha256: string | null
  /** Of a raw director: the kernel's rules as they are. */
  readonly table: Balancer | null
}
type One = Omit<Made, "director"> & { readonly director: Omit<PlannedDirector, "role"> }
/** A file that is longer cannot be read back in one answer (agents/keepalived: 4 MiB, with a mark before each line). */
const FILE_MAX = 3 * 1024 * 1024

/** The file of a director, and the two calls that bring it there and have it read. */
export function keepalivedCalls({ input, secrets }: Pick<Wanted, "input" | "secrets">, index: number, node: string) {
  const text = renderKeepalived(input.model, index)
  const secretKeys = [...secretKeysOf(input.model, index)]
  const whole = wholeText({ text, passwords: secretKeys.map((key) => secrets[key] ?? "") })
  const sha256 = sha256Of(whole)
  const configure: Call = { node, driver: "keepalived", op: "configure", params: { balancer: input.name, secretKeys, text, sha256 } }
  const load: Call = {
    ...{ node, driver: "keepalived", op: "load" },
    params: { sha256, director: index, model: plain(withoutKept(input.model)) },
  }
  return { text, whole, sha256, configure, load }
}
/** By the file that is there: the panel's own version may never have reached it. */
type Parsed = ReturnType<typeof parseKeepalived> | null
/**
 * What a director was told last, to compare its table with: its file's virtual servers and groups. The rest is the current version's, or where
 * passwords change the new one's: with the first of two files nothing of VRRP becomes another.
 */
function toldLast({ input, secrets, was, wasSecrets, wasNodes }: Wanted, node: string, isSame: boolean, parsed: Parsed): Balancer | null {
  if (isSame) return input.model
  if (!parsed?.ok) return null
  const {
    directors: [there],
    virtualServers,
  } = parsed.value.balancer
  const isSecretSame = JSON.stringify(secrets) === JSON.stringify(wasSecrets)
  const before = was && isSecretSame ? was.directors[wasNodes.indexOf(node)] : undefined
  const own = (director: Balancer["directors"][number]) => ({ ...(before ?? director), groups: there?.groups ?? [] })
  return { ...input.model, directors: input.model.directors.map((one, i) => (input.nodes[i] === node ? own(one) : one)), virtualServers }
}
/** The first of two files for a director whose table was changed beside keepalived; null where there is no need, or it is not seen. */
async function firstAsTable(ctx: Ctx, clusterId: string, { input, secrets }: Wanted, index: number, node: string, told: Balancer | null) {
  const isUp = keepalivedOf(ctx, clusterId, node)?.value.active === "active"
  const seen = isUp ? tableOf(ctx, clusterId, node) : null
  const changed = told && seen && seen.freshness !== "unknown" ? asTable(told, index, seen.value) : null
  if (!changed) return null
  // One that is just being started or reloaded has its table half done.
  const state = await asked(ctx, clusterId, node, keepalivedState)
  if (!state.ok) throw new Refused(409, [report("nodeUnreachable", { node, why: state.why })])
  return state.value === "active" ? keepalivedCalls({ input: { ...input, model: changed }, secrets }, index, node) : null
}
/** @throws Refused when the node does not say what it has */
async function keepalivedDirector(ctx: Ctx, clusterId: string, wanted: Wanted, index: number, node: string): Promise<One> {
  const { input, secrets } = wanted
  const service = keepalivedOf(ctx, clusterId, node)?.value
  const answer = await asked(ctx, clusterId, node, readConfig())
  if (!answer.ok) throw new Refused(409, [report("nodeUnreachable", { node, why: answer.why })])
  const { text, files } = answer.value
  const { whole, sha256, configure, load } = keepalivedCalls({ input, secrets }, index, node)
  const kib = (bytes: number) => String(Math.round(bytes / 1024))
  if (whole.length > FILE_MAX) throw new Refused(409, [report("fileTooLong", { node, kib: kib(whole.length), max: kib(FILE_MAX) })])
  const isSame = service?.configSha256 === sha256
  const parsed = isSame || text === null ? null : parseKeepalived(text, files)
  const first = await firstAsTable(ctx, clusterId, wanted, index, node, toldLast(wanted, node, isSame, parsed))
  const own = unsealed(input.model, secrets).directors[index]
  const diff = (path: string, from: string | null, to: string) => [fileDiff(node, path, from, to)].filter((one) => one !== null)
  const alone = () => (isSame ? [] : diff(keepalivedPath, text, whole))
  return {
    ...{ sha256: service?.configSha256 ?? null, table: null, filesAlone: alone },
    files: first ? [...diff(`${keepalivedPath} 1/2`, text, first.whole), ...diff(`${keepalivedPath} 2/2`, first.whole, whole)] : alone(),
    director: {
      ...{ node, configure: isSame && !first ? null : configure, load, after: [] },
      asTable: first ? [first.configure, first.load] : [],
      before: service?.isEnabled === false ? [{ node, driver: "keepalived", op: "enable", params: {} }] : [],
      isOther: parsed !== null && (!parsed.ok || isOther(parsed.value.balancer.directors[0], own)),
    },
  }
}
/** As a job stores it: what is absent is left out, so that a plan made anew is the same text. */
export const plain = (value: unknown): Call["params"] => JSON.parse(JSON.stringify(value))
/** What `load` compares the kernel's table with: verbatim lines say nothing about it. */
export const withoutKept = (model: Balancer): Balancer => ({ ...model, kept: [] })

/** From one table to another, in one `ipvsadm -R`. @throws Refused */
export function rawCall(node: string, from: Balancer, to: Balancer): { readonly load: Call; readonly text: string } {
  const only: Balancer = { ...empty, virtualServers: to.virtualServers }
  const verdict = from.virtualServers.length === 0 ? renderRestore(only) : renderChanges(from, only)
  if (!verdict.allowed) throw new Refused(409, verdict.reports.map(prefixed))
  return { load: { node, driver: "ipvs", op: "restore", params: { model: plain(only), input: verdict.value } }, text: verdict.value }
}
async function rawDirector(ctx: Ctx, clusterId: string, { input }: Wanted, node: string): Promise<One> {
  const answer = await asked(ctx, clusterId, node, readTable)
  if (!answer.ok) throw new Refused(409, [report("nodeUnreachable", { node, why: answer.why })])
  const actual = answer.value
  const only: Balancer = { ...empty, virtualServers: input.model.virtualServers }
  const { load, text } = rawCall(node, actual, input.model)
  const whole = renderRestore(only)
  const persist: readonly Call[] = whole.allowed ? [{ node, driver: "ipvs", op: "persist", params: { text: whole.value } }] : []
  const lines = text.split("\n").filter((line) => line !== "")
  const files = lines.length === 0 ? [] : [{ node, path: "ipvsadm -R", isNew: false, lines: shortened(lines) }]
  return {
    ...{ sha256: null, table: actual, files, filesAlone: () => files },
    director: { node, configure: null, load, before: [], asTable: [], after: persist, isOther: false },
  }
}
const shortened = (lines: readonly string[]): readonly string[] => [
  ...lines.slice(0, 2_000).map((line) => `+${line}`),
  ...(lines.length > 2_000 ? [`@@ … ${lines.length - 2_000}`] : []),
]
const prefixed = ({ field, ...rest }: ReturnType<typeof report>) => ({ ...rest, field: `model.${field ?? ""}` })

export async function directorsOf(
  ctx: Ctx,
  cluster: ClusterDefinition,
  wanted: Wanted,
  online: readonly string[],
): Promise<readonly Made[]> {
  const { input, was, wasNodes } = wanted
  const { roles } = sceneOf(ctx, cluster.id, input, was ?? input.model)
  return Promise.all(
    input.nodes.flatMap((node, i) => {
      if (!online.includes(node)) return []
      const role = roles[i] ?? "unknown"
      // Somebody stopped it: a changed file is no reason to start it.
      const staysStopped = role === "stopped" && wasNodes.includes(node)
      const one =
        input.engine === "keepalived" ? keepalivedDirector(ctx, cluster.id, wanted, i, node) : rawDirector(ctx, cluster.id, wanted, node)
      return [
        one.then((made): Made => {
          const dropped = dropSteps(ctx, cluster.id, node, input.model, input.nodes.length)
          const marks = markSteps(ctx, cluster.id, node, input.model)
          const director = { ...made.director, role, ...(staysStopped ? { load: null, before: [], asTable: [] } : {}) }
          return {
            ...made,
            files: [...made.files, ...marks.files],
            filesAlone: () => [...made.filesAlone(), ...marks.files],
            director: {
              ...director,
              before: [...dropped, ...marks.before, ...director.before],
              after: [...director.after, ...marks.after],
            },
          }
        }),
      ]
    }),
  )
}
/** Who does not answer is left out, unless two might then speak that do not understand each other. @throws Refused */
export function refuseAway({ input, secrets, was, wasSecrets }: Wanted, online: readonly string[]): void {
  const [first] = input.nodes.filter((name) => !online.includes(name))
  if (online.length === 0) throw new Refused(409, [report("nodeUnreachable", { node: input.nodes.join(", "), why: "" })])
  const before = was && unsealed(was, wasSecrets)
  const isRisky = before === null || changesIdentity(before, unsealed(input.model, secrets))
  if (first !== undefined && isRisky) throw new Refused(409, [report("directorAway", { node: first })])
}
