import { type Panel, until } from "../panel/panel"
import type { Lab } from "./lab"

/** One service, httpd: an address and apache, in an ordered domain of all nodes that brings nothing back by itself. */
export const HTTPD = "httpd"

/** What starts the daemon of a service; the address comes before it. */
export type Daemon = { readonly class: string } & Readonly<Record<string, string | Readonly<Record<string, string>>>>
/** Defines it, and waits until the panel has started it on the first node. */
export async function defineHttpd({ client }: Panel, lab: Lab, clusterId: string, daemon: Daemon): Promise<void> {
  const members = lab.nodes.map(({ name: node }, i) => ({ node, priority: i + 1 }))
  const domain = { name: "web", ordered: true, restricted: false, nofailback: true, members }
  await client.domain.save({ clusterId, was: null, domain })
  const ip = { class: "ocf", provider: "heartbeat", agent: "IPaddr2", params: { ip: lab.vip(0), cidr_netmask: "24" } }
  const resources = [
    { name: "ip", driver: "ocf", params: ip },
    { name: "daemon", driver: "ocf", params: { ...daemon } },
  ]
  const service = { name: HTTPD, domain: domain.name, isExclusive: false, autostart: true, resources }
  await client.service.save({ clusterId, was: null, service })
}

/** A fence device as its agent is given it: what every node has in common, and what one node alone. */
export type Device = {
  readonly name: string
  readonly agent: string
  readonly paramsOf: (node: string) => Readonly<Record<string, string>>
}
const SECRET = "password"
/** The device is defined once for all `nodes` when `shared` parameters are the same; each node gets it as its only level. */
export async function defineDevice({ client }: Panel, clusterId: string, device: Device, nodes: readonly string[]): Promise<void> {
  const { name, agent, paramsOf } = device
  const [first = ""] = nodes
  const { [SECRET]: password = "" } = paramsOf(first)
  const isCommon = ([key, value]: readonly [string, string]) => key !== SECRET && nodes.every((node) => paramsOf(node)[key] === value)
  const common = Object.fromEntries(Object.entries(paramsOf(first)).filter(isCommon))
  await client.fence.saveDevice({ clusterId, was: null, device: { name, agent, params: common }, secrets: { [SECRET]: password } })
  for (const node of nodes) {
    const own = Object.entries(paramsOf(node)).filter(([key]) => key !== SECRET && !(key in common))
    await client.fence.saveNode({ clusterId, node, fencing: { levels: [[{ device: name, params: Object.fromEntries(own) }]] } })
  }
}

/** Carries out a plan and waits for its job. Plans are refused while a look at the nodes is under way. */
export async function carryOut({ client }: Panel, make: () => Promise<{ readonly id: string }>): Promise<void> {
  const { id } = await until("a plan", make)
  const { jobId } = await client.plan.apply({ planId: id, why: "the lab" })
  await until("its job", async () => ((await client.job.get({ id: jobId })).state === "succeeded" ? true : undefined))
}
