import { z } from "zod"

const Flags = z.object({
  ordered: z.boolean().default(true),
  restricted: z.boolean().default(false),
  nofailback: z.boolean().default(false),
})
const Domain = Flags.extend({ members: z.record(z.string(), z.int()) })
/** A resource by its agent, or by its unit; parameters of IPaddr2 are its address. */
const Resource = z.looseObject({ name: z.string(), ip: z.string().optional(), unit: z.string().optional(), agent: z.string().optional() })
const Service = z.looseObject({ domain: z.string().optional(), resources: z.array(Resource) })

/** Fence devices by name, and by node the levels of devices that switch it. */
const Fencing = z.object({
  devices: z.array(z.string()).default([]),
  nodes: z.record(z.string(), z.array(z.array(z.string()))).default({}),
  runsOn: z.enum(["panel", "peer"]).default("panel"),
  /** Devices that are asked to let a node in again before it counts. */
  unfences: z.array(z.string()).default([]),
  delays: z.record(z.string(), z.int()).default({}),
  settings: z.looseObject({}).default({}),
  /** Addresses that answer whoever has a cable. */
  gateways: z.array(z.string()).default([]),
})

/** What a scenario's folder tells: a cluster, and what happens to it, each at its second. */
export const Story = z.object({
  title: z.string(),
  story: z.string(),
  /** The rule that it shows, as in service-manager.md. */
  rule: z.string(),
  nodes: z.array(z.string()).default(["h1", "h2", "h3"]),
  domains: z.record(z.string(), Domain).default({}),
  services: z.record(z.string(), Service).default({}),
  fencing: Fencing.prefault({}),
  script: z.array(z.tuple([z.number(), z.string()])),
  /** Seconds. */
  for: z.number(),
  /** Somebody starts it twice by hand: what the panel must see, and must not make worse. */
  isDoubledByHand: z.boolean().default(false),
})
export type Story = z.infer<typeof Story>

export const domainInput = (name: string, { members, ...flags }: z.infer<typeof Domain>) => ({
  name,
  ...flags,
  members: Object.entries(members).map(([node, priority]) => (flags.ordered ? { node, priority } : { node })),
})
function resourceInput({ ip, unit, agent = ip === undefined ? "Dummy" : "IPaddr2", ...r }: z.infer<typeof Resource>) {
  const { fstype, everyMs, ...rules } = r as { name: string; fstype?: string; everyMs?: number } // loose: the verb's schema judges the rest
  const every = everyMs === undefined ? {} : { monitorEveryMs: everyMs }
  const params =
    unit === undefined
      ? {
          class: "ocf",
          provider: "heartbeat",
          agent,
          params: { ...(ip ? { ip, cidr_netmask: "24" } : {}), ...(fstype ? { fstype } : {}) },
          ...every,
        }
      : { class: "systemd", unit, ...every }
  return { ...rules, driver: "ocf", params }
}
export const serviceInput = (name: string, { domain, resources, ...rules }: z.infer<typeof Service>) => ({
  ...{ name, isExclusive: false, autostart: true },
  ...rules,
  domain: domain ?? null,
  resources: resources.map(resourceInput),
})
