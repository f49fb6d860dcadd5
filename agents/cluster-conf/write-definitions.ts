import type { NodeFencingInput } from "../../lib/domain/fencing"
import type { FailoverDomainInput } from "../../lib/domain/placement"
import type { Attributes } from "../../lib/domain/resource-refs"
import { type Definitions, toDefinitions } from "./definitions"
import { newElement, patched, withChildren, withPart } from "./edit"
import type { ClusterConf } from "./model"
import { type Note, secondsOf } from "./notes"
import { type Change, definitionElement, serviceElement } from "./write-services"
import { attr, type XmlDocument, type XmlElement } from "./xml"

const ROOT = "\n"
const PART = "\n  "
const INNER = "\n    "
const equal = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
type Named = { readonly name: string }

/** One kind of definition: what is as it was keeps its element, what changed is changed, what is new comes last, what is gone goes. */
function listed<T extends Named>(
  part: XmlElement,
  now: readonly T[],
  before: readonly T[],
  origins: ReadonlyMap<string, XmlElement>,
  write: (one: T, origin: XmlElement | undefined, old: T | undefined) => XmlElement | undefined,
  outer: string,
): XmlElement {
  const nameOf = new Map([...origins].map(([name, element]) => [element, name]))
  const old = new Map(before.map((one) => [one.name, one]))
  const next = new Map(now.map((one) => [one.name, one]))
  const change = (child: XmlElement): XmlElement | undefined => {
    const name = nameOf.get(child)
    if (name === undefined || !old.has(name)) return child
    const one = next.get(name)
    return one === undefined ? undefined : write(one, child, old.get(name))
  }
  const added = now.filter(({ name }) => !origins.has(name)).flatMap((one) => write(one, undefined, undefined) ?? [])
  return withChildren(part, change, added, outer)
}

const domainAttributes = ({ name, ordered, restricted, nofailback }: FailoverDomainInput): Attributes => ({
  ...{ name, ordered: ordered ? "1" : "0", restricted: restricted ? "1" : "0", nofailback: nofailback ? "1" : "0" },
})
function domainElement(domain: FailoverDomainInput, origin: XmlElement | undefined, old: FailoverDomainInput | undefined): XmlElement {
  const member = ({ node, priority }: FailoverDomainInput["members"][number]) =>
    newElement("failoverdomainnode", { name: node, ...(priority === undefined ? {} : { priority: String(priority) }) })
  if (!origin || !old) return newElement("failoverdomain", domainAttributes(domain), domain.members.map(member))
  const changed = patched(origin, domainAttributes(old), domainAttributes(domain))
  if (equal(old.members, domain.members)) return changed
  return withChildren(changed, (child) => (child.name === "failoverdomainnode" ? undefined : child), domain.members.map(member), INNER)
}

type Device = Named & Definitions["fenceDevices"][number]
const named = (devices: Definitions["fenceDevices"]): readonly Device[] => devices.map((one) => ({ ...one, name: one.device.name }))
const deviceAttributes = ({ device, secrets }: Device): Attributes => ({ agent: device.agent, ...device.params, ...secrets })
const deviceElement = (device: Device, origin: XmlElement | undefined, old: Device | undefined): XmlElement =>
  origin && old
    ? patched(origin, deviceAttributes(old), deviceAttributes(device))
    : newElement("fencedevice", { name: device.name, ...deviceAttributes(device) })

/** A node's levels; methods are written anew only when one of them changed. */
function fenceOf(
  node: XmlElement,
  levels: NodeFencingInput["levels"],
  old: NodeFencingInput["levels"],
  written: (device: string) => string,
): XmlElement {
  if (equal(levels, old)) return node
  const methods = levels.map((uses, i) =>
    newElement(
      "method",
      { name: String(i + 1) },
      uses.map(({ device, params }) => newElement("device", { name: written(device), ...params })),
    ),
  )
  return withPart(
    node,
    "fence",
    (fence) => withChildren(fence, (child) => (child.name === "method" ? undefined : child), methods, "\n      "),
    INNER,
  )
}

type Settings = Definitions["settings"]
const delays = ({ postFailDelayMs, postJoinDelayMs }: Settings): Attributes => ({
  ...(postFailDelayMs === undefined ? {} : { post_fail_delay: secondsOf(postFailDelayMs) }),
  ...(postJoinDelayMs === undefined ? {} : { post_join_delay: secondsOf(postJoinDelayMs) }),
})

/**
 * The file with what the panel has now; all that the panel does not manage stays as it is written, and so does all that did not change.
 * Nodes are not added or removed: they are no definitions. Notes are what rgmanager has no word for.
 */
export function fromDefinitions(now: Definitions, conf: ClusterConf): { readonly document: XmlDocument; readonly notes: readonly Note[] } {
  const base = toDefinitions(conf)
  const { definitions: before, origins } = base
  const notes: Note[] = []
  const change: Change = { base, now, notes }
  const sharedOrigins = new Map([...origins.resources].filter(([key]) => key.startsWith("/")).map(([key, e]) => [key.slice(1), e]))
  const sharedElements = new Map<string, XmlElement>()
  for (const one of now.shared) {
    const old = before.shared.find(({ name }) => name === one.name)
    const element = definitionElement(one, sharedOrigins.get(one.name), old?.params, notes)
    if (element) sharedElements.set(one.name, element)
  }
  const written = (device: string): string => attr(origins.fenceDevices.get(device), "name") ?? device
  const oldLevels = new Map(before.fencing.map(({ node, levels }) => [node, levels]))
  const newLevels = new Map(now.fencing.map(({ node, levels }) => [node, levels]))
  const lostNodes = now.fencing.filter(({ node }) => !origins.nodes.has(node))
  notes.push(
    ...lostNodes.map(({ node }) => ({
      line: 0,
      code: "nodeMissing",
      text: `${node} is not among <clusternodes>: its fencing is not in the file.`,
    })),
  )

  const unfencing = now.fenceDevices.filter(
    ({ device }) => device.unfences && !before.fenceDevices.some((d) => d.device.name === device.name && d.device.unfences),
  )
  notes.push(
    ...unfencing.map(({ device }) => ({
      line: 0,
      code: "unfenceLost",
      text: `${device.name}: write <unfence> into each node that it switches on; the panel does not keep which.`,
    })),
  )

  const rm = (part: XmlElement) => {
    const domains = withPart(
      part,
      "failoverdomains",
      (p) => listed(p, now.domains, before.domains, origins.domains, domainElement, INNER),
      PART,
    )
    const shared = withPart(
      domains,
      "resources",
      (p) => listed(p, now.shared, before.shared, sharedOrigins, ({ name }) => sharedElements.get(name), INNER),
      PART,
    )
    return listed(
      shared,
      now.services,
      before.services,
      origins.services,
      (one) => serviceElement(one, change, sharedElements, INNER),
      PART,
    )
  }
  const nodes = (part: XmlElement) =>
    withChildren(
      part,
      (node) => {
        const name = attr(node, "name") ?? ""
        return node.name === "clusternode" ? fenceOf(node, newLevels.get(name) ?? [], oldLevels.get(name) ?? [], written) : node
      },
      [],
      PART,
    )
  const steps: readonly (readonly [string, (part: XmlElement) => XmlElement])[] = [
    ["clusternodes", nodes],
    ["fence_daemon", (part) => patched(part, delays(before.settings), delays(now.settings))],
    [
      "fencedevices",
      (part) => listed(part, named(now.fenceDevices), named(before.fenceDevices), origins.fenceDevices, deviceElement, PART),
    ],
    ["rm", rm],
  ]
  const root = steps.reduce((element, [name, step]) => withPart(element, name, step, ROOT), conf.document.root)
  return { document: { ...conf.document, root }, notes }
}
