import type { Attributes } from "../../lib/domain/resource-refs"
import { typeRuleOf } from "../../lib/domain/resource-rules"
import type { ResourceInput, ServiceInput } from "../../lib/domain/service"
import type { Definitions, Imported, SharedResource } from "./definitions"
import { newElement, patched, withChildren } from "./edit"
import { type Note, secondsOf } from "./notes"
import { attributesOf, type PanelResource, rgmanagerTypeOf } from "./resource-map"
import { attr, elementsIn, type XmlElement } from "./xml"

/** Where a definition was, in the file that is changed, and where it is now. */
export type Change = { readonly base: Imported; readonly now: Definitions; readonly notes: Note[] }
const asResource = (params: SharedResource["params"]): PanelResource => JSON.parse(JSON.stringify(params))

const when = (holds: boolean, attrs: Attributes): Attributes => (holds ? attrs : {})
const serviceAttributes = (service: ServiceInput, named: string): Attributes => ({
  name: named,
  ...when(service.domain !== null, { domain: service.domain ?? "" }),
  ...{ autostart: service.autostart ? "1" : "0" },
  ...when(service.isExclusive, { exclusive: "1" }),
  recovery: service.recovery,
  ...when(service.maxRestarts > 0, { max_restarts: String(service.maxRestarts) }),
  ...when(service.restartExpireMs > 0, { restart_expire_time: secondsOf(service.restartExpireMs) }),
  ...when(service.dependsOn !== null, { depend: `service:${service.dependsOn}` }),
  ...when(service.dependMode !== "hard", { depend_mode: service.dependMode }),
  ...when(service.priority > 0, { priority: String(service.priority) }),
})
const placeAttributes = (r: ResourceInput): Attributes => ({
  ...when(r.independentSubtree !== "no", { __independent_subtree: r.independentSubtree === "nonCritical" ? "2" : "1" }),
  ...when(r.maxRestarts > 0, { __max_restarts: String(r.maxRestarts), __restart_expire_time: secondsOf(r.restartExpireMs) }),
  ...when(r.maxFailures > 0, { __max_failures: String(r.maxFailures), __failure_expire_time: secondsOf(r.failureExpireMs) }),
})

/** The element of a definition: the one it came from with what changed, or a new one; undefined when rgmanager has no agent for it. */
export function definitionElement(
  { name, params }: Pick<SharedResource, "name" | "params">,
  origin: XmlElement | undefined,
  before: SharedResource["params"] | undefined,
  notes: Note[],
): XmlElement | undefined {
  const resource = asResource(params)
  const old = before === undefined ? undefined : asResource(before)
  const isSame = origin !== undefined && old !== undefined && rgmanagerTypeOf(old) === rgmanagerTypeOf(resource)
  const type = isSame ? origin.name : rgmanagerTypeOf(resource)
  if (type === undefined) {
    notes.push({ line: 0, code: "noAgent", text: `${name}: rgmanager has no agent for it; it is not in the file.` })
    return undefined
  }
  const { attrs, lost } = attributesOf(type, resource)
  const known = isSame && old ? attributesOf(type, old) : { attrs: {}, lost: [] }
  for (const param of lost.filter((one) => !known.lost.includes(one)))
    notes.push({ line: 0, code: "parameterLost", text: `${name}: rgmanager's ${type} has no ${param}; it is not in the file.` })
  if (isSame) return patched(origin, known.attrs, attrs)
  const { primary } = typeRuleOf(type)
  return newElement(type, attrs[primary] === undefined ? { [primary]: name, ...attrs } : attrs)
}

/** How the tree hangs together: when it is the same, elements change in their places. */
const shapeOf = (resources: readonly ResourceInput[]) =>
  JSON.stringify(resources.map(({ name, parent, isShared }) => [name, parent, isShared]))
type At = Change & {
  readonly key: string
  readonly old: ServiceInput | undefined
  /** Elements of resources that were built anew. */
  readonly built: Set<XmlElement>
}
function resourceElement(r: ResourceInput, at: At, sharedElements: ReadonlyMap<string, XmlElement>): XmlElement | undefined {
  const origin = at.base.origins.resources.get(`${at.key}/${r.name}`)
  const before = at.old?.resources.find(({ name }) => name === r.name)
  const places = [before ? placeAttributes(before) : {}, placeAttributes(r)] as const
  if (r.isShared) {
    const definition = sharedElements.get(r.name)
    if (definition === undefined) return undefined
    const ref = attr(definition, typeRuleOf(definition.name).primary) ?? r.name
    const target = origin?.name === definition.name && before?.isShared ? origin : newElement(definition.name, { ref })
    return patched(target, ...places)
  }
  const own = before?.isShared === false ? origin : undefined
  const element = definitionElement(r, own, own && before?.params, at.notes)
  return element && patched(element, ...places)
}
const swap = (element: XmlElement, by: ReadonlyMap<XmlElement, XmlElement>): XmlElement => {
  const now = by.get(element) ?? element
  return { ...now, children: element.children.map((child) => (child.kind === "element" ? swap(child, by) : child)) }
}
const ownKey = (element: XmlElement): string | undefined => {
  const primary = attr(element, typeRuleOf(element.name).primary)
  return primary === undefined || attr(element, "ref") !== undefined ? undefined : `${element.name} ${primary}`
}
/** Without those that rgmanager drops, for another has their type and name: before that one in the file they would be the ones that count. */
function withoutTwins(element: XmlElement, built: ReadonlySet<XmlElement>, keys: ReadonlySet<string | undefined>): XmlElement | undefined {
  const key = ownKey(element)
  if (!built.has(element) && key !== undefined && keys.has(key)) return undefined
  const children = element.children.map((child) => (child.kind === "element" ? withoutTwins(child, built, keys) : child))
  return { ...element, children: children.filter((child) => child !== undefined) }
}
/** Built anew: what nobody manages inside an element (its schedule) stays with it. */
function treeElement(
  r: ResourceInput,
  all: readonly ResourceInput[],
  at: At,
  shared: ReadonlyMap<string, XmlElement>,
): readonly XmlElement[] {
  const managed = new Set(at.base.origins.resources.values())
  const element = resourceElement(r, at, shared)
  const below = all.filter(({ parent }) => parent === r.name).flatMap((child) => treeElement(child, all, at, shared))
  if (element === undefined) return below
  const kept = elementsIn(element).filter((child) => !managed.has(child) && !elementsIn(child).some((deep) => managed.has(deep)))
  const whole = { ...element, children: [...kept, ...below] }
  at.built.add(whole)
  return [whole]
}

/** A vm of rgmanager's own, while it is one guest and nothing else. */
const guestOf = (service: ServiceInput, origin: XmlElement | undefined): ResourceInput | undefined => {
  const [only, ...others] = service.resources
  return origin?.name === "vm" && only && others.length === 0 && !only.isShared && rgmanagerTypeOf(asResource(only.params)) === "vm"
    ? only
    : undefined
}
type Both = readonly [Attributes, Attributes]
type Kept = { readonly origin: XmlElement; readonly old: ServiceInput }
/** Its element with what changed, where its tree hangs together as before; undefined where it has to be built anew. */
function keptElement(service: ServiceInput, { origin, old }: Kept, at: At, shared: ReadonlyMap<string, XmlElement>, attrs: Both) {
  const guest = guestOf(service, origin)
  if (guest) {
    const before = old.resources.find(({ name }) => name === guest.name)
    return patched(definitionElement(guest, origin, before?.params, at.notes) ?? origin, ...attrs)
  }
  if (origin.name !== "service" || shapeOf(old.resources) !== shapeOf(service.resources)) return undefined
  const by = new Map<XmlElement, XmlElement>()
  for (const r of service.resources) {
    const own = at.base.origins.resources.get(`${service.name}/${r.name}`)
    const next = resourceElement(r, at, shared)
    if (own && next) by.set(own, next)
  }
  return patched(swap(origin, by), ...attrs)
}
/** A service in the file: `outer` is the white space before its end. */
export function serviceElement(service: ServiceInput, change: Change, shared: ReadonlyMap<string, XmlElement>, outer: string): XmlElement {
  const origin = change.base.origins.services.get(service.name)
  const old = change.base.definitions.services.find(({ name }) => name === service.name)
  const at: At = { ...change, key: service.name, old, built: new Set() }
  const written = (origin && attr(origin, "name")) ?? service.name
  if (service.ties !== (old?.ties ?? "order"))
    change.notes.push({
      line: 0,
      code: "tiesLost",
      text: `${service.name}: rgmanager cannot place by the fewest services; it is not in the file.`,
    })
  const attrs: Both = [old ? serviceAttributes(old, written) : {}, serviceAttributes(service, written)]
  if (origin && old && attr(origin, "ref") !== undefined && JSON.stringify(attrs[0]) !== JSON.stringify(attrs[1])) {
    change.notes.push({
      line: origin.line,
      code: "serviceReferred",
      text: `${service.name} is defined in <resources>: change its policy there.`,
    })
    return serviceElement({ ...old, resources: service.resources }, change, shared, outer)
  }
  const kept = origin && old && keptElement(service, { origin, old }, at, shared, attrs)
  if (kept) return kept
  const roots = service.resources.filter(({ parent }) => parent === null)
  const children = roots.flatMap((r) => treeElement(r, service.resources, at, shared))
  if (origin?.name !== "service") return newElement("service", attrs[1], children)
  const managed = new Set(change.base.origins.resources.values())
  const holds = (element: XmlElement): boolean => managed.has(element) || elementsIn(element).some(holds)
  const keys = new Set([...at.built].map(ownKey))
  const single = (element: XmlElement) => withoutTwins(element, at.built, keys)
  const added = children.flatMap((child) => single(child) ?? [])
  return withChildren(patched(origin, ...attrs), (child) => (holds(child) ? undefined : single(child)), added, outer)
}
