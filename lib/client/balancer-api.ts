import { queryOptions } from "@tanstack/react-query"
import type { Balancer } from "../domain/balancer"
import type { BalancerInput } from "../domain/balancer-definition"
import type {
  AdoptView,
  BalancerLive,
  BalancerPlanView,
  BalancerRow,
  BalancerVersionView,
  BalancerView,
  CheckTrial,
  DoctorFix,
  DoctorView,
  FileReading,
  WhoAnswers,
} from "../domain/balancer-view"
import { client } from "./api"

/** A node of the panel: what may be a director or a real server. */
export type Machine = BalancerView["machines"][number]
type Of = { readonly clusterId: string; readonly name: string }
export type TrialInput = Of & {
  readonly node: string
  readonly server: number
  readonly real: number
  readonly check: number
  readonly model: Balancer
}
export type RealServerPlan = {
  readonly clusterId: string
  readonly realServer: string
  readonly balancer: string
  readonly action: "prepare" | "undo"
  readonly method: "loopback" | "redirect"
  readonly address: string
}
/** The verbs of virtual servers, as the screens call them. */
type Verbs = {
  readonly balancer: {
    readonly list: (input: { readonly clusterId: string }) => Promise<readonly BalancerRow[]>
    readonly get: (input: Of) => Promise<BalancerView>
    readonly live: (input: Of) => Promise<BalancerLive>
    readonly machines: (input: { readonly clusterId: string }) => Promise<readonly Machine[]>
    readonly read: (input: { readonly clusterId: string; readonly text: string }) => Promise<FileReading>
    readonly look: (input: { readonly clusterId: string; readonly nodes: readonly string[] }) => Promise<AdoptView>
    readonly adopt: (input: Of & { readonly nodes: readonly string[] }) => Promise<{ readonly version: number }>
    readonly history: (input: Of) => Promise<readonly BalancerVersionView[]>
    readonly version: (input: Of & { readonly number: number }) => Promise<{ readonly model: Balancer }>
    readonly remove: (input: Of) => Promise<unknown>
    readonly ignoreDrift: (input: Of & { readonly node: string }) => Promise<unknown>
    readonly takeDrift: (input: Of & { readonly node: string }) => Promise<{ readonly model: Balancer }>
    readonly doctor: (input: Of) => Promise<DoctorView>
    readonly tryCheck: (input: TrialInput) => Promise<CheckTrial>
    readonly whoAnswers: (input: Of & { readonly server: string; readonly from: string; readonly requests: number }) => Promise<WhoAnswers>
  }
  readonly plan: {
    readonly balancer: (input: {
      readonly clusterId: string
      readonly balancer: BalancerInput
      readonly was: string | null
      readonly why?: string
    }) => Promise<BalancerPlanView>
    readonly handOver: (input: { readonly clusterId: string; readonly handOver: string; readonly to: string }) => Promise<BalancerPlanView>
    readonly realServer: (input: RealServerPlan) => Promise<BalancerPlanView>
    readonly doctorFix: (input: {
      readonly clusterId: string
      readonly balancer: string
      readonly fix: DoctorFix
    }) => Promise<BalancerPlanView>
  }
}
const verbs = client as unknown as Verbs // until the router has them
/** The one place that calls them; the client makes each verb when it is asked for. */
export const balancers = (): Verbs["balancer"] => verbs.balancer
export const balancerPlans = (): Verbs["plan"] => verbs.plan

const MS = 1_000
/** Counters change by themselves: the table is asked for as often as it is read on the director, a long one less often. */
const LONG = 100
export const balancerQueries = {
  all: ["balancer"] as const,
  list: (clusterId: string) =>
    queryOptions({
      queryKey: ["balancer", "list", clusterId],
      queryFn: () => balancers().list({ clusterId }),
      refetchInterval: 3 * MS,
    }),
  get: (of: Of) => queryOptions({ queryKey: ["balancer", "get", of], queryFn: () => balancers().get(of) }),
  live: (of: Of) =>
    queryOptions({
      queryKey: ["balancer", "live", of],
      queryFn: () => balancers().live(of),
      refetchInterval: ({ state }) => ((state.data?.virtualServers.length ?? 0) > LONG ? 3 * MS : MS),
    }),
  machines: (clusterId: string) =>
    queryOptions({ queryKey: ["balancer", "machines", clusterId], queryFn: () => balancers().machines({ clusterId }) }),
  history: (of: Of) => queryOptions({ queryKey: ["balancer", "history", of], queryFn: () => balancers().history(of) }),
  doctor: (of: Of) => queryOptions({ queryKey: ["balancer", "doctor", of], queryFn: () => balancers().doctor(of) }),
}
