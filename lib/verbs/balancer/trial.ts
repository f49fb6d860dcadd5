import { z } from "zod"
import type { Fact } from "../../../agents/contract"
import { dynamicWeight, shownTrial, trial, whoAnswers as whoAnswersFact } from "../../../agents/registry"
import { type Balancer, balancerSchema, type VirtualServer } from "../../domain/balancer"
import { canonical, familyOf } from "../../domain/balancer-address"
import type { Check } from "../../domain/balancer-health"
import { realKey } from "../../domain/balancer-live-view"
import { checkRules } from "../../domain/balancer-rules-health"
import { keyOf } from "../../domain/balancer-rules-service"
import type { CheckTrial, WhoAnswers } from "../../domain/balancer-view"
import { Name } from "../../domain/call"
import type { Sentence } from "../../domain/plan"
import { report } from "../../domain/report"
import { askAside } from "../../inventory/aside"
import { ClusterId, clusterOf, Named, nodeOf } from "../common"
import type { Ctx } from "../context"
import { defineVerb, Refused } from "../verb"
import { balancerOf } from "./base"

/** @throws Refused 409 */
async function asked<T>(ctx: Ctx, clusterId: string, node: string, fact: Fact<T>): Promise<T> {
  const answer = await askAside(ctx.engine.inventory.session(clusterId, node), fact)
  if (!answer.ok) throw new Refused(409, [report("notAsked", { node, why: answer.why })])
  return answer.value
}
const Index = z.int().min(0).max(100_000)
const TrialInput = z.object({ clusterId: ClusterId, node: Name, model: balancerSchema, server: Index, real: Index, check: Index })
type TrialInput = z.infer<typeof TrialInput>

/** @throws Refused 404, and 409 for a check that keepalived would not take */
function checkIn({ model, server: s, real: r, check: c }: TrialInput) {
  const server = model.virtualServers[s]
  const real = server?.realServers[r]
  const check = real?.checks[c]
  if (!server || !real || !check) throw new Refused(404, [report("checkMissing")])
  const at = `model.virtualServers.${s}.realServers.${r}`
  const wrong = checkRules(check, real.address, `${at}.checks.${c}`)
  const unknown = familyOf(real.address) === undefined ? [report("lbAddress", { value: real.address }, `${at}.address`)] : []
  if (wrong.length > 0 || unknown.length > 0) throw new Refused(409, [...unknown, ...wrong])
  return { server, real, check }
}
/** script_user of the director on the node, as far as the draft's only or common one says it. */
const scriptUserOf = ({ directors }: Balancer) => directors.map((one) => one.global?.scriptUser).find((one) => one !== undefined)
const codes = { pass: "trialPass", fail: "trialFail", unknown: "trialUnknown" } as const
function sentenceOf(check: Check, verdict: CheckTrial["verdict"], exit: number | null, about: { real: string; server: string }): Sentence {
  const weight = verdict === "pass" ? dynamicWeight(check, exit) : null
  if (weight !== null) return { code: "trialWeight", params: { real: about.real, weight: String(weight) } }
  return { code: codes[verdict], params: verdict === "unknown" ? { real: about.real } : about }
}
const Recorded = TrialInput.partial().catch({})
/** A check as it is typed, once, on a director. A check may be a program, which is run as keepalived would run it. */
export const tryCheck = defineVerb({
  name: "balancer.tryCheck",
  kind: "command",
  role: "admin",
  input: TrialInput,
  // The check and where it went, and not the whole draft around it.
  record: (input) => {
    const { model, server = -1, real = -1, check = -1, ...rest } = Recorded.parse(input)
    const realServer = model?.virtualServers[server]?.realServers[real]
    return { ...rest, realServer: realServer?.address, check: realServer?.checks[check] }
  },
  run: async (ctx, input): Promise<CheckTrial> => {
    const { clusterId, node } = input
    nodeOf(clusterOf(ctx, clusterId), node)
    const { server, real, check } = checkIn(input)
    const one = { check, real, server, scriptUser: scriptUserOf(input.model) }
    const { exit, output, ms, verdict } = await asked(ctx, clusterId, node, trial(one))
    const sentence = sentenceOf(check, verdict, exit, { real: realKey(server, real), server: server.name ?? keyOf(server.service) })
    return { node, command: shownTrial(one), exit, output, ms, verdict, sentence }
  },
})

type Place = { readonly address?: string | undefined; readonly port?: number | undefined; readonly protocol?: string | undefined }
/** Where clients go: of a firewall mark what is marked first, of a group its first single address. */
function placeOf({ service }: VirtualServer, { directors }: Balancer): Place {
  if (service.kind === "address") return service
  if (service.kind === "mark") {
    const [first] = service.match ?? []
    return first ? { address: first.address, port: first.from, protocol: first.protocol } : {}
  }
  const members = directors.flatMap(({ groups }) => groups.filter(({ name }) => name === service.group).flatMap((one) => one.members))
  const single = members.flatMap((one) => ("addresses" in one && familyOf(one.addresses) ? [one] : []))[0]
  return { address: single?.addresses, port: single?.port, protocol: service.protocol }
}
/** As its health checks speak, else as the port is known for. */
function speechOf(server: VirtualServer, port: number) {
  const web = server.realServers.flatMap(({ checks }) => checks).find((one) => one.kind === "http" || one.kind === "ssl")
  const [url] = web?.urls ?? []
  const scheme = web ? (web.kind === "ssl" ? "https" : "http") : port === 443 ? "https" : port === 80 || port === 8080 ? "http" : "tcp"
  const path = url?.path && /^\/[\x21-\x7e]*$/.test(url.path) ? url.path : "/"
  const host = url?.virtualHost ?? web?.virtualHost ?? server.virtualHost
  return { scheme, path, virtualHost: host && /^[\x21-\x7e]+$/.test(host) ? host : undefined } as const
}
/** Requests from a node to a virtual server, each on a new connection: who answered how often, and whether the client was seen. */
export const whoAnswers = defineVerb({
  name: "balancer.whoAnswers",
  kind: "command",
  role: "operator",
  input: Named.extend({ server: z.string().max(120), from: Name, requests: z.int().min(1).max(100) }),
  run: async (ctx, { clusterId, name, server: key, from, requests }): Promise<WhoAnswers> => {
    const { cluster, definition, model } = await balancerOf(ctx, clusterId, name)
    nodeOf(cluster, from)
    const server = model.virtualServers.find((one) => keyOf(one.service) === key)
    if (!server) throw new Refused(404, [report("notFound", { what: key })])
    if (definition.nodes.includes(from)) throw new Refused(409, [report("asksItself", { node: from, name }, "from")])
    const { address, port, protocol } = placeOf(server, model)
    if (address === undefined || familyOf(address) === undefined || !port)
      throw new Refused(409, [report("noAddressToAsk", { server: key }, "server")])
    if (protocol !== undefined && protocol !== "tcp") throw new Refused(409, [report("onlyTcpAsked", { server: key }, "server")])
    const fact = whoAnswersFact({ ...speechOf(server, port), address: canonical(address), port, requests })
    return { from, ...(await asked(ctx, clusterId, from, fact)) }
  },
})
