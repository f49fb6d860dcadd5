import type { Attributes, ResourceDocument, ResourceElement } from "../../lib/domain/resource-refs"
import type { ClusterConf, ClusterNode, Domain, FenceMethod, Part, ResourcePart } from "./model"
import { attr, elementsIn, type Read, readXml, type XmlDocument, type XmlElement } from "./xml"

/** C's atoi, as rgmanager reads its numbers: leading digits, else 0. */
export const atoi = (value: string | undefined): number => Number(/^\s*([+-]?\d{1,15})/.exec(value ?? "")?.[1] ?? 0)
const whole = (value: string | undefined): number | undefined => {
  const written = value?.trim() ?? ""
  return /^\d{1,15}$/.test(written) ? Number(written) : undefined
}
/** "yes", or a number that is not 0 (rgmanager's `exclusive`). */
export const isYes = (value: string | undefined): boolean => value?.trim().toLowerCase() === "yes" || atoi(value) > 0

/** rgmanager's `__independent_subtree`: 1 or "yes", 2 or "non-critical". */
export function independenceOf(mode: string | undefined): "no" | "independent" | "nonCritical" {
  const word = mode?.trim().toLowerCase()
  if (word === "non-critical" || atoi(word) === 2) return "nonCritical"
  return isYes(word) ? "independent" : "no"
}

const part = (element: XmlElement): Part => ({
  line: element.line,
  attrs: Object.fromEntries(element.attributes.map(({ name, value }) => [name, value])),
  element,
})
const named = (element: XmlElement) => ({ ...part(element), name: attr(element, "name") ?? "" })
const below = (parents: readonly XmlElement[], name: string): readonly XmlElement[] => parents.flatMap((parent) => elementsIn(parent, name))
const method = (element: XmlElement): FenceMethod => ({ ...named(element), devices: elementsIn(element, "device").map(named) })
const clusterNode = (element: XmlElement): ClusterNode => ({
  ...named(element),
  nodeId: whole(attr(element, "nodeid")),
  votes: whole(attr(element, "votes")) ?? 1,
  methods: below(elementsIn(element, "fence"), "method").map(method),
  unfence: below(elementsIn(element, "unfence"), "device").map(named),
  altnames: elementsIn(element, "altname").map(part),
})
const isOn = (element: XmlElement, name: string): boolean => atoi(attr(element, name)) !== 0
const domain = (element: XmlElement): Domain => ({
  ...named(element),
  ordered: isOn(element, "ordered"),
  restricted: isOn(element, "restricted"),
  nofailback: isOn(element, "nofailback"),
  nodes: elementsIn(element, "failoverdomainnode").map((n) => ({ ...named(n), priority: atoi(attr(n, "priority")) })),
})
const resource = (element: XmlElement): ResourcePart => ({
  ...part(element),
  type: element.name,
  children: elementsIn(element)
    .filter(({ name }) => name !== "action")
    .map(resource),
  actions: elementsIn(element, "action").map(part),
})
/** A service may be a reference too: what its definition in `<resources>` says is among its attributes, its own `ref` stays. */
const referred = (service: ResourcePart, shared: ReadonlyMap<string, ResourcePart>): ResourcePart => {
  const definition = shared.get(`${service.type}:${service.attrs.ref ?? ""}`)
  return service.attrs.ref !== undefined && definition ? { ...service, attrs: { ...definition.attrs, ...service.attrs } } : service
}
const first = <T>(elements: readonly XmlElement[], read: (element: XmlElement) => T): T | undefined => elements.map(read)[0]
const cman = (element: XmlElement) => ({
  ...part(element),
  twoNode: isOn(element, "two_node"),
  expectedVotes: whole(attr(element, "expected_votes")),
  port: whole(attr(element, "port")),
  transport: attr(element, "transport"),
  multicast: attr(elementsIn(element, "multicast")[0], "addr"),
})
const quorumd = (element: XmlElement) => ({
  ...part(element),
  votes: whole(attr(element, "votes")),
  device: attr(element, "device"),
  label: attr(element, "label"),
  heuristics: elementsIn(element, "heuristic").map(part),
})
const fenceDaemon = (element: XmlElement) => ({
  ...part(element),
  postJoinDelay: whole(attr(element, "post_join_delay")),
  postFailDelay: whole(attr(element, "post_fail_delay")),
})

/** A document as cluster.conf; its root must be `<cluster>`. */
export function modelOf(document: XmlDocument): Read<ClusterConf> {
  const { root } = document
  if (root.name !== "cluster") {
    const text = `The root element is <${root.name}>; a cluster.conf begins with <cluster>.`
    return { ok: false, error: { line: root.line, code: "notClusterConf", text } }
  }
  const rms = elementsIn(root, "rm")
  const resources = below(rms, "resources").flatMap((e) => elementsIn(e).map(resource))
  const shared = new Map(resources.toReversed().map((one) => [`${one.type}:${one.attrs.name ?? ""}`, one]))
  const services = rms.flatMap((e) => elementsIn(e).filter(({ name }) => name === "service" || name === "vm")).map(resource)
  const value: ClusterConf = {
    document,
    name: attr(root, "name") ?? "",
    configVersion: whole(attr(root, "config_version")),
    cman: first(elementsIn(root, "cman"), cman),
    quorumd: first(elementsIn(root, "quorumd"), quorumd),
    totem: first(elementsIn(root, "totem"), part),
    nodes: below(elementsIn(root, "clusternodes"), "clusternode").map(clusterNode),
    fenceDevices: below(elementsIn(root, "fencedevices"), "fencedevice").map((e) => ({ ...named(e), agent: attr(e, "agent") ?? "" })),
    fenceDaemon: first(elementsIn(root, "fence_daemon"), fenceDaemon),
    logging: first(elementsIn(root, "logging"), part),
    rm: {
      parts: rms.map(part),
      domains: below(below(rms, "failoverdomains"), "failoverdomain").map(domain),
      resources,
      defaults: below(rms, "resource-defaults").flatMap((e) => elementsIn(e).map(resource)),
      services: services.map((service) => referred(service, shared)),
    },
  }
  return { ok: true, value }
}
/** @returns the file, or why it cannot be read, with the line; never throws. */
export function parseClusterConf(text: string): Read<ClusterConf> {
  const document = readXml(text)
  return document.ok ? modelOf(document.value) : document
}

/** For `resolveRefs`, and which part each element was. */
export function resourceDocumentOf({ rm }: ClusterConf): {
  readonly document: ResourceDocument
  readonly partOf: ReadonlyMap<ResourceElement, ResourcePart>
} {
  const pairs = new Map<ResourceElement, ResourcePart>()
  const keep = (one: ResourcePart): ResourceElement => {
    const element: ResourceElement = { type: one.type, attrs: one.attrs, children: one.children.map(keep) }
    pairs.set(element, one)
    return element
  }
  const defaults = Object.fromEntries(rm.defaults.map(({ type, attrs }): [string, Attributes] => [type, attrs]))
  return { document: { resources: rm.resources.map(keep), services: rm.services.map(keep), defaults }, partOf: pairs }
}
