import { type ClusterTable, CONNECTIONS_MAX } from "../../lib/domain/balancer-connections"
import type { Coded } from "../../lib/domain/views"
import { Ended, exits } from "../exit"
import type { Io } from "../io"
import { ago, plain } from "../table"
import { sayReason } from "../words"
import { type Common, type Deps, here, print } from "./context"
import { connectionsText, countersText, ratesText, tableText } from "./ipvsadm-text"

export type Listing = Common & { readonly stats?: boolean; readonly rate?: boolean; readonly connection?: boolean }

const sayWhy = (why: Coded): string => {
  if (why.code === "notRead") return why.params.why ?? ""
  return why.code === "notSeen" ? "was not seen lately" : sayReason(why)
}
/** Standard output has what is known; a director that is missing there is named here. */
function tellWhy(io: Io, directors: readonly { readonly node: string; readonly why: Coded | null }[]): void {
  for (const { node, why } of directors) if (why !== null) io.err(`moyai: ${node}: ${plain(sayWhy(why))}\n`)
}
function tellAge(io: Io, { nowMs, directors }: ClusterTable): void {
  for (const { node, table } of directors)
    if (table?.freshness === "stale") io.err(`moyai: ${node}: this is ${ago(nowMs - table.atMs)} old\n`)
}
async function listedConnections(deps: Deps, options: Listing): Promise<void> {
  const { panel, clusterId } = await here(deps, options)
  const balancers = await panel.balancer.list({ clusterId })
  const answers = await Promise.all(balancers.map(({ name }) => panel.balancer.connections({ clusterId, name })))
  print(deps.io, options, answers, connectionsText(answers))
  const directors = answers.flatMap((one) => one.directors)
  tellWhy(deps.io, directors)
  for (const { node, isCut } of directors)
    if (isCut) deps.io.err(`moyai: ${node}: has more; these are the first ${CONNECTIONS_MAX.toLocaleString("en")}\n`)
}
async function listedCounters(deps: Deps, options: Listing): Promise<void> {
  const { panel, clusterId } = await here(deps, options)
  const answer = await panel.balancer.counters({ clusterId })
  print(deps.io, options, answer, countersText(answer))
  tellWhy(deps.io, answer.directors)
}
async function listedTable(deps: Deps, options: Listing): Promise<void> {
  const { panel, clusterId } = await here(deps, options)
  const answer = await panel.balancer.table({ clusterId })
  print(deps.io, options, answer, options.rate ? ratesText(answer) : tableText(answer))
  tellWhy(deps.io, answer.directors)
  if (options.rate)
    for (const { node, table, rates } of answer.directors)
      if (table && !rates) deps.io.err(`moyai: ${node}: its rates were not read lately\n`)
  tellAge(deps.io, answer)
}
/** What `ipvsadm -L` of every director says, in one table. @throws Ended */
export async function ipvsadm(deps: Deps, options: Listing): Promise<void> {
  const asked = [options.stats, options.rate, options.connection].filter(Boolean)
  if (asked.length > 1) throw new Ended(exits.usage, "--stats, --rate and --connection are three lists: ask for one at a time")
  if (options.connection) return listedConnections(deps, options)
  return options.stats ? listedCounters(deps, options) : listedTable(deps, options)
}
