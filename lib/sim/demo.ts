import { createHash } from "node:crypto"
import { bind, renderKeepalived } from "../../agents/registry"
import { balancerSchema } from "../domain/balancer"
import type { BalancerInput } from "../domain/balancer-definition"
import type { Call } from "../domain/call"
import type { FailoverDomainInput } from "../domain/placement"
import type { ServiceDraft } from "../domain/service"
import { pacedClock, type SimClock } from "./clock"
import { createSimCluster, type SimCluster } from "./cluster"

/** The cluster of document 003 on 19 August 2011: three small nodes, and each of the three services active on one of them. */
export const demoNodes = [
  { name: "h1", address: "192.168.10.231/24" },
  { name: "h2", address: "192.168.10.232/24" },
  { name: "h3", address: "192.168.10.233/24" },
] as const
/** The directors of its virtual server, which are no members: h0 is active, h4 stands by. */
export const demoDirectors = [
  { name: "h0", address: "192.168.10.230/24" },
  { name: "h4", address: "192.168.10.234/24" },
] as const
const nodeNames = demoNodes.map(({ name }) => name)

/** One ordered domain a service, its own node first. */
const preferring = (name: string, first: string): FailoverDomainInput => ({
  name,
  ordered: true,
  restricted: false,
  nofailback: true,
  members: [first, ...nodeNames.filter((node) => node !== first)].map((node, i) => ({ node, priority: i + 1 })),
})
export const demoDomains: readonly FailoverDomainInput[] = [
  preferring("prefer-h1", "h1"),
  preferring("prefer-h2", "h2"),
  preferring("prefer-h3", "h3"),
]
const serviceOf = (name: string, domain: string, ip: string, unit: string): ServiceDraft => ({
  name,
  domain,
  isExclusive: false,
  autostart: true,
  resources: [
    {
      name: `${name}-ip`,
      driver: "ocf",
      params: { class: "ocf", provider: "heartbeat", agent: "IPaddr2", params: { ip, cidr_netmask: "24", nic: "eth0" } },
    },
    { name: `${name}-daemon`, driver: "ocf", params: { class: "systemd", unit, monitorEveryMs: 5_000 } },
  ],
})
export const demoServices: readonly ServiceDraft[] = [
  serviceOf("httpd", "prefer-h1", "192.168.10.246", "apache2.service"),
  serviceOf("named", "prefer-h2", "192.168.10.247", "named.service"),
  serviceOf("mail", "prefer-h3", "192.168.10.248", "postfix.service"),
]
/** Where each of them runs when the demo begins. */
export const demoOwners: Readonly<Record<string, string>> = { httpd: "h1", named: "h2", mail: "h3" }

const WEB = "192.168.10.249"
/** Document 003's virtual server: TCP 80 at 192.168.10.249, direct routing to the three members. */
export const demoBalancer: BalancerInput = {
  name: "web",
  engine: "keepalived",
  nodes: demoDirectors.map(({ name }) => name),
  model: balancerSchema.parse({
    directors: demoDirectors.map((_, i) => ({
      global: { syncDaemon: { interface: "eth0", instance: "web", id: 51 } },
      instances: [
        {
          ...{ name: "web", state: "BACKUP", interface: "eth0", routerId: 51, priority: 150 - 50 * i, nopreempt: true, advertInterval: 1 },
          addresses: [{ address: WEB, prefix: 24 }],
        },
      ],
    })),
    virtualServers: [
      {
        ...{ name: "web", service: { kind: "address", address: WEB, port: 80, protocol: "tcp" }, scheduler: "wrr" },
        ...{ forwarding: { method: "direct" }, delayLoop: 5 },
        realServers: demoNodes.map(({ name, address }) => ({
          ...{ name, address: address.replace(/\/.*/, ""), port: 80, weight: 1 },
          checks: [{ kind: "http", connectTimeout: 2, urls: [{ path: "/health", statusCodes: [{ from: 200, to: 200 }] }] }],
        })),
      },
    ],
  }),
}

/** The five machines, in real time unless told otherwise. */
export const createDemoCluster = (clock: SimClock = pacedClock()): SimCluster =>
  createSimCluster({ nodes: [...demoNodes, ...demoDirectors], clock })

/** Starts each service on its node, as if it had long been running. Resolves when all run. */
export async function bringUp(cluster: SimCluster): Promise<void> {
  await Promise.all(
    demoServices.map(async ({ name, resources }) => {
      const node = demoOwners[name]
      if (node === undefined) return
      for (const { name: resource, driver, params } of resources) {
        const fields = typeof params === "object" && params !== null && !Array.isArray(params) ? params : {}
        const { command, timeoutMs } = bind({ node, driver, op: "start", params: { ...fields, name: resource } })
        await cluster.nodeOf(node).session.run(command, { timeoutMs })
      }
    }),
  )
}

/** The virtual server, as if it had long been carried: real servers quiet and with its address, the directors in their order. */
export async function bringUpBalancer(cluster: SimCluster): Promise<void> {
  const act = async (node: string, driver: string, op: string, params: Call["params"]) => {
    const { command, timeoutMs } = bind({ node, driver, op, params })
    await cluster.nodeOf(node).session.run(command, { timeoutMs })
  }
  for (const { name } of demoNodes) {
    await act(name, "realserver", "quiet", {})
    await act(name, "realserver", "hold", { address: WEB })
  }
  const { model, nodes } = demoBalancer
  for (const [director, node] of nodes.entries()) {
    const text = renderKeepalived(model, director)
    const sha256 = createHash("sha256").update(text).digest("hex")
    await act(node, "keepalived", "enable", {})
    await act(node, "keepalived", "configure", { text, sha256 })
    await act(node, "keepalived", "load", { sha256, director, model: JSON.parse(JSON.stringify(model)) })
  }
}
