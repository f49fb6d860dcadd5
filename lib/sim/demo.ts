import { bind } from "../../agents/registry"
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

/** The three machines, in real time unless told otherwise. */
export const createDemoCluster = (clock: SimClock = pacedClock()): SimCluster => createSimCluster({ nodes: demoNodes, clock })

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
