import type { Balancer } from "@/lib/domain/balancer"
import { canonical } from "@/lib/domain/balancer-address"
import type { BalancerEngine, BalancerInput } from "@/lib/domain/balancer-definition"
import { Name } from "@/lib/domain/call"
import { type Draft, draftOf } from "./draft"
import { directorsFor, directorsOf, emptyBalancer, firstShared, newServer, type Shared, sharedProblems, vipsOf } from "./draft-new"
import { withScripts } from "./draft-scripts"

export const steps = ["global", "virtual", "real", "plan"] as const
export type Step = (typeof steps)[number]
/** Everything that the wizard knows; going back changes none of it. */
export type Wizard = {
  readonly step: Step
  readonly name: string
  readonly nodes: readonly string[]
  readonly engine: BalancerEngine
  readonly shared: Shared
  /** Of VRRP addresses, as typed; by address. */
  readonly prefixes: Readonly<Record<string, string>>
  readonly draft: Draft
}
export const firstWizard: Wizard = {
  ...{ step: "global", name: "", nodes: [], engine: "keepalived", shared: firstShared, prefixes: {} },
  draft: draftOf({ ...emptyBalancer, virtualServers: [newServer()] }),
}
/** A file says what VRRP is like by itself. */
export const hasOwnVrrp = ({ draft }: Wizard): boolean => (draft.model.directors[0]?.instances.length ?? 0) > 0
export const filledBy = (wizard: Wizard, model: Balancer, format: string): Wizard => ({
  ...wizard,
  engine: format.startsWith("ipvs") ? "ipvsadm" : "keepalived",
  draft: draftOf(model.virtualServers.length > 0 ? model : { ...model, virtualServers: [newServer()] }),
})
const isPrefix = (text: string, address: string): boolean => /^\d{1,3}$/.test(text) && Number(text) <= (address.includes(":") ? 128 : 32)
export const prefixOf = ({ prefixes }: Wizard, address: string): string =>
  prefixes[canonical(address)] ?? (address.includes(":") ? "64" : "24")
export const isPrefixWrong = (wizard: Wizard, address: string): boolean => !isPrefix(prefixOf(wizard, address).trim(), address)

/** The model as it would be saved now. */
export function modelOf(wizard: Wizard): Balancer {
  const { draft, engine, nodes, shared } = wizard
  const prefixes = Object.fromEntries(
    vipsOf(draft.model).flatMap(({ address }) => (isPrefixWrong(wizard, address) ? [] : [[address, Number(prefixOf(wizard, address))]])),
  )
  const made = () => directorsOf(shared, nodes.length, vipsOf(draft.model, prefixes))
  return withScripts({ ...draft.model, directors: directorsFor(draft.model, nodes.length, engine, made) })
}
export const inputOf = (wizard: Wizard): BalancerInput => ({
  ...{ name: wizard.name.trim(), engine: wizard.engine, nodes: [...wizard.nodes], model: modelOf(wizard) },
})
/** What stops at the first page: a field each, with the limits of a number. */
export function globalProblems(wizard: Wizard): ReadonlyMap<string, readonly [number, number] | null> {
  const { name, nodes, engine, shared } = wizard
  const named = Name.safeParse(name.trim()).success ? [] : [["name", null] as const]
  const placed = nodes.length === 0 ? [["nodes", null] as const] : []
  const vrrp = engine === "keepalived" && !hasOwnVrrp(wizard) ? [...sharedProblems(shared, nodes.length > 1)] : []
  return new Map<string, readonly [number, number] | null>([...named, ...placed, ...vrrp])
}
/** Which problems of the model belong to the second page; those of real servers are the third's. */
export const isOfVirtual = (path: string): boolean => path.startsWith("virtualServers.") && !path.includes(".realServers")
/** A quorum counts real servers, which come later. */
export const comesLater = (code: string | undefined): boolean => code === "lbQuorumWeight" || code === "lbNoRealServers"
