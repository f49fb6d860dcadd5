import { keepPreviousData, queryOptions } from "@tanstack/react-query"
import type { BalancerView } from "../domain/balancer-view"
import { client } from "./api"

/** A node of the panel: what may be a director or a real server. */
export type Machine = BalancerView["machines"][number]
type Of = { readonly clusterId: string; readonly name: string }

const MS = 1_000
/** Counters change by themselves: the table is asked for as often as it is read on the director, a long one less often. */
const LONG = 100
export const balancerQueries = {
  all: ["balancer"] as const,
  list: (clusterId: string) =>
    queryOptions({
      queryKey: ["balancer", "list", clusterId],
      queryFn: () => client.balancer.list({ clusterId }),
      refetchInterval: 3 * MS,
    }),
  /** What moves is asked for by `live`. */
  get: (of: Of) => queryOptions({ queryKey: ["balancer", "get", of], queryFn: () => client.balancer.get({ ...of, of: "" }) }),
  /** @param server key of the only one whose real servers are shown */
  live: (of: Of, server?: string) =>
    queryOptions({
      queryKey: ["balancer", "live", of, server],
      queryFn: () => client.balancer.live({ ...of, ...(server === undefined ? {} : { of: server }) }),
      placeholderData: keepPreviousData,
      refetchInterval: ({ state }) => ((state.data?.virtualServers.length ?? 0) > LONG ? 3 * MS : MS),
    }),
  ofNode: (clusterId: string, node: string) =>
    queryOptions({
      queryKey: ["balancer", "ofNode", clusterId, node],
      queryFn: () => client.balancer.ofNode({ clusterId, node }),
      refetchInterval: 3 * MS,
    }),
  machines: (clusterId: string) =>
    queryOptions({ queryKey: ["balancer", "machines", clusterId], queryFn: () => client.balancer.machines({ clusterId }) }),
  history: (of: Of) => queryOptions({ queryKey: ["balancer", "history", of], queryFn: () => client.balancer.history(of) }),
  changes: (of: Of & { readonly number: number }) =>
    queryOptions({
      queryKey: ["balancer", "changes", of],
      queryFn: () => client.balancer.changes(of),
      staleTime: Number.POSITIVE_INFINITY, // a version never changes
    }),
  /** Of a key of its own: it looks at every director and real server, so that each step of a job is no reason for it. */
  doctor: (of: Of) => queryOptions({ queryKey: ["balancerDoctor", of], queryFn: () => client.balancer.doctor(of) }),
}
