import { typeRuleOf } from "./resource-rules"
import { builtChildren, type TreeNode } from "./resource-tree"

export type Attributes = Readonly<Record<string, string>>
/** An element of cluster.conf's `<rm>`: its tag, its attributes as written (`ref` among them) and what stands in it. */
export type ResourceElement = { readonly type: string; readonly attrs: Attributes; readonly children: readonly ResourceElement[] }
export type ResourceDocument = {
  /** `<resources>`: shared definitions; what stands in them is ignored. */
  readonly resources: readonly ResourceElement[]
  /** `<service>` and top-level `<vm>`. */
  readonly services: readonly ResourceElement[]
  /** `<resource-defaults>`: type to its parameters. */
  readonly defaults?: Readonly<Record<string, Attributes>>
}
export type Resolved = {
  /** Of the definition, with the type's resource-defaults. */
  readonly attrs: Attributes
  readonly isShared: boolean
  /** What stands in the tree: `__independent_subtree` and its like are of the place, not of the definition. */
  readonly element: ResourceElement
}
export type RefProblem = {
  /** `unread`: it comes after one of its type without a required attribute, where rgmanager stops reading. */
  readonly code: "privateRef" | "notFound" | "attributeCollision" | "maxReferences" | "missingPrimary" | "missingRequired" | "unread"
  readonly type: string
  /** Value of the primary attribute or of `ref`; empty when it has neither. */
  readonly name: string
  /** The attribute that collides or is missing. */
  readonly attribute?: string
  /** What is left out. */
  readonly element: ResourceElement
}
type Definition = { readonly type: string; readonly name: string; readonly attrs: Attributes; readonly isShared: boolean }
type Read<T> = { readonly value: T } | { readonly problem: RefProblem; readonly endsList: boolean }

/** A type's resource-defaults fill what is unset, but never the primary, a unique or a required attribute (§2.3). */
export function withDefaults(type: string, attrs: Attributes, defaults: Attributes = {}): Attributes {
  const { primary, unique = [], required = [] } = typeRuleOf(type)
  const never = [primary, ...unique, ...required]
  return { ...Object.fromEntries(Object.entries(defaults).filter(([param]) => !never.includes(param))), ...attrs }
}
const nameOf = ({ type, attrs }: ResourceElement): string => attrs[typeRuleOf(type).primary] ?? attrs.ref ?? ""
const failed = (element: ResourceElement, code: RefProblem["code"], attribute?: string): Read<never> => ({
  problem: { code, type: element.type, name: nameOf(element), ...(attribute === undefined ? {} : { attribute }), element },
  endsList: code === "missingPrimary" || code === "missingRequired",
})
/** The definitions so far, by what no two of a type may share. */
type Known = Map<string, Definition>
const keyOf = (type: string, param: string, value: string): string => JSON.stringify([type, param, value])
const keysOf = ({ type, attrs }: ResourceElement): readonly { readonly param: string; readonly key: string }[] => {
  const { primary, unique = [] } = typeRuleOf(type)
  return [primary, ...unique].flatMap((param) => (isSet(attrs[param]) ? [{ param, key: keyOf(type, param, attrs[param]) }] : []))
}
/** An empty attribute is none: rgmanager's query finds nothing in it. */
const isSet = (value: string | undefined): value is string => value !== undefined && value !== ""
/** Reads a definition against those that came before it. */
function define(element: ResourceElement, known: Known, isShared: boolean, defaults?: Attributes): Read<Definition> {
  const { type, attrs } = element
  const { primary, required = [] } = typeRuleOf(type)
  const name = attrs[primary]
  if (!isSet(name)) return failed(element, "missingPrimary", primary)
  const missing = required.find((param) => !isSet(attrs[param]))
  if (missing !== undefined) return failed(element, "missingRequired", missing)
  const collides = keysOf(element).find(({ key }) => known.has(key))
  if (collides !== undefined) return failed(element, "attributeCollision", collides.param)
  return { value: { type, name, attrs: withDefaults(type, attrs, defaults), isShared } }
}
function refer(element: ResourceElement, ref: string, known: Known): Read<Definition> {
  const found = known.get(keyOf(element.type, typeRuleOf(element.type).primary, ref))
  if (!found) return failed(element, "notFound")
  return found.isShared ? { value: found } : failed(element, "privateRef")
}

/**
 * The trees as rgmanager builds them: shared definitions first, then each service depth first in the order of `builtChildren`.
 * What has a problem is left out with all that stands in it; the first definition stays, the later one is dropped (§2.3).
 */
export function resolveRefs({ resources, services, defaults = {} }: ResourceDocument): {
  readonly services: readonly TreeNode<Resolved>[]
  readonly problems: readonly RefProblem[]
} {
  const problems: RefProblem[] = []
  const known: Known = new Map()
  const references = new Map<Definition, number>()
  /** One list of siblings; within a type, reading ends where a required attribute is missing. */
  function readAll<T>(elements: readonly ResourceElement[], read: (element: ResourceElement) => Read<T>): readonly T[] {
    const ended = new Set<string>()
    return elements.flatMap((element) => {
      const result = ended.has(element.type) ? failed(element, "unread") : read(element)
      if ("value" in result) return [result.value]
      problems.push(result.problem)
      if (result.endsList) ended.add(element.type)
      return []
    })
  }
  function store(element: ResourceElement, isShared: boolean): Read<Definition> {
    const result = define(element, known, isShared, defaults[element.type])
    if ("value" in result) for (const { key } of keysOf(element)) known.set(key, result.value)
    return result
  }
  function place(element: ResourceElement): Read<TreeNode<Resolved>> {
    const { ref } = element.attrs
    const result = isSet(ref) ? refer(element, ref, known) : store(element, false)
    if (!("value" in result)) return result
    const { type, name, attrs, isShared } = result.value
    const count = references.get(result.value) ?? 0
    if (count >= (typeRuleOf(type).maxInstances ?? Number.POSITIVE_INFINITY)) return failed(element, "maxReferences")
    references.set(result.value, count + 1)
    return { value: { type, name, children: readAll(resourcesIn(element), place), of: { attrs, isShared, element } } }
  }
  readAll(resources, (element) => store(element, true))
  return { services: readAll(services, place), problems }
}
/** An `<action>` is a schedule of its resource, not a resource. */
const resourcesIn = ({ type, children }: ResourceElement) =>
  builtChildren({ type, children: children.filter((child) => child.type !== "action") })

type Chain = readonly TreeNode<{ readonly attrs: Attributes }>[]
/**
 * A parameter of the last of a chain (`[...ancestorsOf(root, name), node]`): what it has itself wins, resource-defaults among it;
 * else what its type inherits, from the nearest ancestor that has it or inherits it in its turn (§2.3).
 */
export function inherited(chain: Chain, param: string): string | undefined {
  const node = chain.at(-1)
  if (node === undefined) return undefined
  const source = typeRuleOf(node.type).inherits?.[param]
  if (node.of.attrs[param] !== undefined || source === undefined) return node.of.attrs[param]
  const [sought, type] = source.split("%").toReversed()
  const from = chain.findLastIndex(
    (above, i) => i < chain.length - 1 && (type === undefined || above.type === type) && knows(above, sought ?? source),
  )
  return inherited(chain.slice(0, from + 1), sought ?? source)
}
const knows = ({ type, of }: Chain[number], param: string): boolean =>
  of.attrs[param] !== undefined || typeRuleOf(type).inherits?.[param] !== undefined
