import type { ClusterDefinition, ServiceDefinition } from "../../db/definitions"
import { type FailoverDomain, isBetter, scoreOf } from "../../domain/placement"
import { digestOf, type Sentence } from "../../domain/plan"
import { placementOf } from "../../domain/service-request"
import { clusterOf } from "../common"
import type { Ctx } from "../context"
import { domainReports, writeDomain } from "../domain/definition"
import { situationIn } from "../service/rows"
import { notFound, Refused } from "../verb"
import type { Prepared } from "./prepare"
import type { DomainChange } from "./request"

/** Where each service of the domain stands by the new rules: nothing moves now, the next event looks at them (§1.1). */
function noteOf(ctx: Ctx, cluster: ClusterDefinition, service: ServiceDefinition, domain: FailoverDomain): Sentence {
  const request = { ...situationIn(ctx, cluster, service), domain }
  const { name, isExclusive, status } = service
  const { owner } = status
  if (owner === undefined) return { code: "domainOff", params: { service: name } }
  const situation = placementOf(request, owner)
  const { because } = scoreOf(owner, situation)
  const better = request.candidates.filter(({ node }) => isBetter(node, request.candidates, situation, isExclusive)).map(({ node }) => node)
  const params = { service: name, node: owner, because, better: better.join(", ") }
  return { code: better.length > 0 ? "domainBetter" : "domainStays", params }
}

/** A changed failover domain moves nothing by itself; what it means is said before it is saved. */
export async function prepareDomain(ctx: Ctx, { clusterId, was, domain: input }: DomainChange): Promise<Prepared> {
  const cluster = clusterOf(ctx, clusterId)
  if (!cluster.domains.some(({ name }) => name === was)) throw notFound(`failover domain ${was}`)
  const reports = domainReports(cluster, was, input)
  if (reports.length > 0) throw new Refused(409, reports)
  const { name, members, ...flags } = input
  const domain: FailoverDomain = { ...flags, members: new Map(members.map(({ node, priority = 0 }) => [node, priority])) }
  const services = cluster.services.filter((s) => s.domain === was)
  return {
    plan: {
      steps: [],
      changes: [],
      interrupted: [],
      fallbacks: [],
      digest: digestOf([input, cluster.domains.find((d) => d.name === was)]),
    },
    subject: { kind: "domain", domain: name },
    locks: [`domain:${clusterId}/${was}`],
    notes: services.map((service) => noteOf(ctx, cluster, service, domain)),
    also: (tx) => writeDomain(tx, clusterId, was, input),
  }
}
