import type { ClusterConf, Domain } from "../../agents/cluster-conf/model"
import { isYes, parseClusterConf } from "../../agents/cluster-conf/parse"
import { type FailoverDomain, type Score, type Scored, type ScoreReason, type Situation, scoreOf } from "../../lib/domain/placement"
import type { Result, Unreadable } from "./result"
import { entryOf, keysOf, type Tree, treesOf } from "./trees"

/** What runs at the moment: the nodes that are online, and each started service with its owner. */
export type Running = { readonly online: readonly string[]; readonly owners: Readonly<Record<string, string>> }
type Placed = {
  readonly scores: Readonly<Record<string, Score>>
  readonly candidates: readonly string[]
  readonly reasons: Readonly<Record<string, string>>
}
/** The JSON of `moyai services place`. */
export type Placement = { readonly services: Readonly<Record<string, Placed>> }

const texts: Readonly<Partial<Record<ScoreReason, string>>> = {
  offline: "not online",
  noDomain: "no failover domain: every online node is as good",
  domainMissing: "the failover domain does not exist: every online node is as good",
  lessPreferred: "in the domain, but a more preferred member is online",
  mostPreferred: "in the domain, and no online member is more preferred",
}
/** Those that need to know more than the reason. */
function textOf({ because, score }: Scored, isOwner: boolean): string {
  if (because === "ownerStays") return isOwner ? "owner, and the domain does not fail back" : "preferred, but the owner stays: no failback"
  if (because === "noMemberOnline")
    return score === 0 ? "restricted domain without an online member" : "no member of the domain is online: every online node is as good"
  if (because === "outsideDomain") return score === 0 ? "outside its restricted domain" : "outside the domain, which has an online member"
  return texts[because] ?? because
}

/** rgmanager's reader stops at the second domain of a name, and at a node that is twice in a domain (service-manager.md §1.1). */
const upToTwin = <T extends { readonly name: string }>(list: readonly T[], key: (name: string) => string): readonly T[] => {
  const seen = new Set<string>()
  const twin = list.findIndex(({ name }) => seen.size === seen.add(key(name)).size)
  return twin < 0 ? list : list.slice(0, twin)
}
const lower = (name: string) => name.toLowerCase()
const asDomain = ({ ordered, restricted, nofailback, nodes }: Domain): FailoverDomain => ({
  ...{ ordered, restricted, nofailback },
  members: new Map(upToTwin(nodes, (name) => name).map(({ name, priority }) => [name, priority])),
})
type Domains = ReadonlyMap<string, FailoverDomain>
const domainsOf = ({ rm }: ClusterConf): Domains =>
  new Map(upToTwin(rm.domains, lower).map((domain) => [lower(domain.name), asDomain(domain)]))
function domainOf(domains: Domains, service: Tree): Situation["domain"] {
  const wanted = service.of.attrs.domain ?? ""
  return wanted === "" ? "none" : (domains.get(lower(wanted)) ?? "missing")
}

const isExclusive = (tree: Tree): boolean => isYes(tree.of.attrs.exclusive)
/** Why a node that scores is no candidate (service-manager.md §1.3); the service itself does not count. */
function exclusivity(service: Tree, others: readonly Tree[]): string | undefined {
  const exclusive = others.find(isExclusive)
  if (exclusive && !isExclusive(service)) return `no candidate: it runs ${entryOf(exclusive)}, which is exclusive`
  const [other] = others
  return other && isExclusive(service) ? `no candidate: it runs ${entryOf(other)}, and the service is exclusive` : undefined
}

type Setting = {
  readonly nodes: readonly string[]
  readonly online: readonly string[]
  readonly domains: Domains
  readonly ownerOf: ReadonlyMap<Tree, string>
  /** What each node runs. */
  readonly runs: ReadonlyMap<string, readonly Tree[]>
}
function placed(service: Tree, { nodes, online, domains, ownerOf, runs }: Setting): Placed {
  const owner = ownerOf.get(service)
  const situation: Situation = { domain: domainOf(domains, service), online, owner, isStarted: owner !== undefined }
  const rows = nodes.map((node) => {
    const scored = scoreOf(node, situation)
    const others = (runs.get(node) ?? []).filter((tree) => tree !== service)
    const refused = scored.score === 0 ? undefined : exclusivity(service, others)
    const reason = [textOf(scored, owner === node), ...(refused === undefined ? [] : [refused])].join("; ")
    return { node, score: scored.score, reason, isCandidate: scored.score > 0 && refused === undefined }
  })
  const best = Math.max(0, ...rows.filter((row) => row.isCandidate).map(({ score }) => score))
  return {
    scores: Object.fromEntries(rows.map(({ node, score }) => [node, score])),
    candidates: rows.flatMap(({ node, score, isCandidate }) => (isCandidate && score === best ? [node] : [])).toSorted(),
    reasons: Object.fromEntries(rows.map(({ node, reason }) => [node, reason])),
  }
}
const refused = (code: string, text: string): { readonly ok: false; readonly error: Unreadable } => ({
  ok: false,
  error: { line: 1, code, text },
})
/** Score of each node for each service, and why (service-manager.md §1.2, §1.3). Names that the file does not have are refused. */
export function place(text: string, { online, owners }: Running): Result<Placement> {
  const conf = parseClusterConf(text)
  if (!conf.ok) return conf
  const nodes = [...new Set(conf.value.nodes.map(({ name }) => name))]
  const strange = [...online, ...Object.values(owners)].find((node) => !nodes.includes(node))
  if (strange !== undefined) return refused("nodeUnknown", `The file has no node ${strange}; it has ${nodes.join(", ") || "none"}.`)
  const keys = keysOf(treesOf(conf.value).services)
  const ownerOf = new Map<Tree, string>()
  for (const [name, node] of Object.entries(owners)) {
    const [owned] = [...keys].find(([tree, key]) => entryOf(tree) === name || key === name) ?? []
    if (!owned) return refused("serviceUnknown", `The file has no service ${name}.`)
    if ((ownerOf.get(owned) ?? node) !== node) return refused("ownerTwice", `${entryOf(owned)} is said to run on two nodes.`)
    ownerOf.set(owned, node)
  }
  const runs = new Map<string, Tree[]>()
  for (const [tree, node] of ownerOf) runs.set(node, [...(runs.get(node) ?? []), tree])
  const setting: Setting = { nodes, online, domains: domainsOf(conf.value), ownerOf, runs }
  const entries = [...keys].map(([tree, key]) => [key, placed(tree, setting)])
  return { ok: true, value: { services: Object.fromEntries(entries) } }
}
