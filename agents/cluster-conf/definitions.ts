import type { FenceDeviceInput, FenceParams, FencingSettings, NodeFencingInput } from "../../lib/domain/fencing"
import { FailoverDomainInput } from "../../lib/domain/placement"
import type { ServiceInput } from "../../lib/domain/service"
import { readFencing } from "./definitions-fence"
import { readServices } from "./definitions-services"
import type { ClusterConf, Domain } from "./model"
import type { Note } from "./notes"
import type { XmlElement } from "./xml"

export type SharedResource = {
  readonly name: string
  readonly driver: string
  readonly params: ServiceInput["resources"][number]["params"]
}
/** As the panel's verbs take them (domain.save, resource.save, service.save, fence.saveDevice, fence.saveNode, fence.settings). */
export type Definitions = {
  readonly cluster: string
  readonly domains: readonly FailoverDomainInput[]
  readonly shared: readonly SharedResource[]
  readonly services: readonly ServiceInput[]
  readonly fenceDevices: readonly { readonly device: FenceDeviceInput; readonly secrets: FenceParams }[]
  readonly fencing: readonly { readonly node: string; readonly levels: NodeFencingInput["levels"] }[]
  readonly settings: Partial<Pick<FencingSettings, "postFailDelayMs" | "postJoinDelayMs">>
}
/** The element that a definition came from, by its name in the panel; resources by `service/resource`, shared ones by `/resource`. */
export type Origins = {
  readonly domains: ReadonlyMap<string, XmlElement>
  readonly services: ReadonlyMap<string, XmlElement>
  readonly resources: ReadonlyMap<string, XmlElement>
  readonly fenceDevices: ReadonlyMap<string, XmlElement>
  readonly nodes: ReadonlyMap<string, XmlElement>
}
export type Imported = { readonly definitions: Definitions; readonly origins: Origins; readonly notes: readonly Note[] }

const inputOf = ({ name, ordered, restricted, nofailback, nodes }: Domain): unknown => ({
  ...{ name, ordered, restricted, nofailback },
  members: nodes.map((node) =>
    ordered && node.attrs.priority !== undefined ? { node: node.name, priority: node.priority } : { node: node.name },
  ),
})
const noteOf = (domain: Domain, code: string, text: string): Note => ({
  line: domain.line,
  code,
  text: `Failover domain ${domain.name}: ${text}`,
})
function readDomains({
  rm,
  nodes,
}: ClusterConf): Pick<Imported, "notes"> & { readonly domains: readonly (readonly [FailoverDomainInput, XmlElement])[] } {
  const notes: Note[] = []
  const known = new Set(nodes.map(({ name }) => name))
  const taken = new Set<string>()
  const domains = rm.domains.flatMap((domain) => {
    const parsed = FailoverDomainInput.safeParse(inputOf(domain))
    const strange = domain.nodes.find(({ name }) => !known.has(name))
    if (taken.has(domain.name.toLowerCase())) notes.push(noteOf(domain, "nameTaken", "there is another of this name."))
    else if (strange) notes.push(noteOf(domain, "nodeUnknown", `the cluster has no node ${strange.name}.`))
    else if (parsed.success) {
      taken.add(domain.name.toLowerCase())
      return [[parsed.data, domain.element] as const]
    } else
      notes.push(
        noteOf(domain, "notAccepted", `the panel does not take it (${parsed.error.issues.map(({ message }) => message).join(", ")}).`),
      )
    return []
  })
  return { domains, notes }
}

/** What the panel makes of a file, and what it could not take over and why. The file itself is not changed. */
export function toDefinitions(conf: ClusterConf): Imported {
  const domains = readDomains(conf)
  const names = new Map(domains.domains.map(([{ name }]) => [name.toLowerCase(), name]))
  const services = readServices(conf, names)
  const fencing = readFencing(conf)
  return {
    definitions: {
      cluster: conf.name,
      domains: domains.domains.map(([domain]) => domain),
      shared: services.shared,
      services: services.services,
      fenceDevices: fencing.devices,
      fencing: fencing.nodes,
      settings: fencing.settings,
    },
    origins: {
      domains: new Map(domains.domains.map(([{ name }, element]) => [name, element])),
      services: services.origins,
      resources: services.resourceOrigins,
      fenceDevices: fencing.origins,
      nodes: new Map(conf.nodes.map(({ name, element }) => [name, element])),
    },
    notes: [...domains.notes, ...services.notes, ...fencing.notes].toSorted((a, b) => a.line - b.line),
  }
}
