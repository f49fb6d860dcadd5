import { ORPCError, os } from "@orpc/server"
import type { z } from "zod"
import { verbs } from "./all"
import type { Ctx } from "./context"
import { authorise, callVerb, isRefused, type Verb } from "./verb"

const base = os.$context<Ctx>()
const codes = {
  400: "BAD_REQUEST",
  401: "UNAUTHORIZED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  409: "CONFLICT",
  413: "PAYLOAD_TOO_LARGE",
  415: "UNSUPPORTED_MEDIA_TYPE",
  422: "UNPROCESSABLE_CONTENT",
  429: "TOO_MANY_REQUESTS",
  502: "BAD_GATEWAY",
} as const

/** Its refusals become errors with `data.reports`. */
async function answering<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (!isRefused(error)) throw error
    const { status, reports, extra } = error
    throw new ORPCError(codes[status], { status, data: { reports, ...extra } })
  }
}
/** A verb as a procedure. Who may not ask learns nothing of what a right input would be: the role comes before the schema. */
const expose = <I extends z.ZodType, O>(verb: Verb<I, O>) =>
  base
    .route({
      method: verb.kind === "query" ? "GET" : "POST",
      path: `/${verb.name.replace(".", "/") as "room/verb"}`,
      operationId: verb.name,
      tags: [verb.name.split(".")[0] ?? ""],
    })
    .use(async ({ context, next }, input) => {
      await answering(() => authorise(context, verb, input))
      return next()
    })
    .input(verb.input)
    .handler(({ input, context }) => answering(() => callVerb(verb, context, input as z.output<I>))) // oRPC parsed it by this very schema

const {
  session,
  token,
  user,
  cluster,
  overview,
  node,
  domain,
  service,
  agent,
  resource,
  rolling,
  plan,
  job,
  alert,
  fence,
  conf,
  event,
  balancer,
  timeline,
  audit,
  demo,
} = verbs
export const router = {
  session: { me: expose(session.me), list: expose(session.list), end: expose(session.end) },
  token: { login: expose(token.login), list: expose(token.list), create: expose(token.create), revoke: expose(token.revoke) },
  user: {
    list: expose(user.list),
    create: expose(user.create),
    setRole: expose(user.setRole),
    remove: expose(user.remove),
    setPassword: expose(user.setPassword),
  },
  cluster: { list: expose(cluster.list), create: expose(cluster.create) },
  overview: { get: expose(overview.get) },
  node: {
    scan: expose(node.scan),
    prepare: expose(node.prepare),
    add: expose(node.add),
    remove: expose(node.remove),
    get: expose(node.get),
    acceptHostKey: expose(node.acceptHostKey),
    confirmOff: expose(node.confirmOff),
    confirmSecond: expose(node.confirmSecond),
  },
  domain: { list: expose(domain.list), save: expose(domain.save), remove: expose(domain.remove) },
  service: {
    list: expose(service.list),
    get: expose(service.get),
    save: expose(service.save),
    remove: expose(service.remove),
    bootDisable: expose(service.bootDisable),
    rehearse: expose(service.rehearse),
  },
  agent: { list: expose(agent.list), metadata: expose(agent.metadata) },
  resource: { list: expose(resource.list), save: expose(resource.save), remove: expose(resource.remove) },
  rolling: { get: expose(rolling.get), start: expose(rolling.start), end: expose(rolling.end) },
  plan: {
    make: expose(plan.make),
    node: expose(plan.node),
    power: expose(plan.power),
    lock: expose(plan.lock),
    domain: expose(plan.domain),
    definition: expose(plan.definition),
    balancer: expose(plan.balancer),
    handOver: expose(plan.handOver),
    drain: expose(plan.drain),
    weights: expose(plan.weights),
    realServer: expose(plan.realServer),
    doctorFix: expose(plan.doctorFix),
    apply: expose(plan.apply),
  },
  balancer: {
    list: expose(balancer.list),
    get: expose(balancer.get),
    live: expose(balancer.live),
    history: expose(balancer.history),
    changes: expose(balancer.changes),
    version: expose(balancer.version),
    machines: expose(balancer.machines),
    ofNode: expose(balancer.ofNode),
    doctor: expose(balancer.doctor),
    connections: expose(balancer.connections),
    counters: expose(balancer.counters),
    table: expose(balancer.table),
    read: expose(balancer.read),
    look: expose(balancer.look),
    adopt: expose(balancer.adopt),
    remove: expose(balancer.remove),
    ignoreDrift: expose(balancer.ignoreDrift),
    takeDrift: expose(balancer.takeDrift),
    tryCheck: expose(balancer.tryCheck),
    whoAnswers: expose(balancer.whoAnswers),
  },
  job: {
    list: expose(job.list),
    get: expose(job.get),
    seen: expose(job.seen),
    resume: expose(job.resume),
    giveUp: expose(job.giveUp),
    endDelays: expose(job.endDelays),
  },
  alert: {
    channels: expose(alert.channels),
    saveWebhook: expose(alert.saveWebhook),
    saveEmail: expose(alert.saveEmail),
    removeChannel: expose(alert.removeChannel),
    testChannel: expose(alert.testChannel),
    rules: expose(alert.rules),
    saveRules: expose(alert.saveRules),
    sent: expose(alert.sent),
  },
  fence: {
    devices: expose(fence.devices),
    saveDevice: expose(fence.saveDevice),
    removeDevice: expose(fence.removeDevice),
    agents: expose(fence.agents),
    metadata: expose(fence.metadata),
    nodes: expose(fence.nodes),
    saveNode: expose(fence.saveNode),
    test: expose(fence.test),
    settings: expose(fence.settings),
    saveSettings: expose(fence.saveSettings),
    lost: expose(fence.lost),
    history: expose(fence.history),
    apply: expose(fence.apply),
  },
  conf: { preview: expose(conf.preview), import: expose(conf.import), export: expose(conf.export) },
  event: { list: expose(event.list) },
  timeline: { get: expose(timeline.get) },
  audit: { list: expose(audit.list) },
  demo: { get: expose(demo.get), power: expose(demo.power), cable: expose(demo.cable), stopUnit: expose(demo.stopUnit) },
}
export type Router = typeof router
