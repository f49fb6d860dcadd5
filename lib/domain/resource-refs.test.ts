import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type Attributes, inherited, type ResourceDocument, type ResourceElement, resolveRefs } from "./resource-refs"
import cases from "./resource-refs.cases.json"
import { typeRuleOf } from "./resource-rules"
import { ancestorsOf, builtChildren, flatten, startOrder, subtreeOf } from "./resource-tree"

type RefCase = ResourceDocument & { readonly what: string; readonly problems: unknown; readonly starts: unknown }
type InheritedCase = Pick<ResourceDocument, "services" | "defaults"> & Record<"what" | "at" | "param", string> & { readonly value: unknown }

describe("references, collisions and what is dropped (§2.3)", () => {
  test.each<RefCase>(cases.refs as readonly RefCase[])("$what", ({ problems, starts, ...doc }) => {
    const resolved = resolveRefs(doc)
    expect(resolved.problems.map(({ element: _, ...problem }) => problem)).toEqual(problems)
    // The element itself, so that a reader can say where it is written.
    const written = [...doc.resources, ...doc.services].flatMap(function all(e): typeof doc.services {
      return [e, ...e.children.flatMap(all)]
    })
    expect(resolved.problems.filter(({ element }) => !written.includes(element))).toEqual([])
    expect(resolved.services.map((service) => startOrder(service).map(({ type, name }) => `${type} ${name}`))).toEqual(starts)
  })
})
describe("inheritance (§2.3)", () => {
  test.each<InheritedCase>(cases.inherited as readonly InheritedCase[])("$what", ({ services, defaults = {}, at, param, value }) => {
    const root = resolveRefs({ resources: [], services, defaults }).services.find((service) => subtreeOf(service, at))
    const node = root && subtreeOf(root, at)
    if (!root || !node) throw new Error(`no ${at}`)
    expect(inherited([...ancestorsOf(root, at), node], param) ?? null).toEqual(value)
  })
})
test("a reference keeps what is written at its place, beside what its definition says", () => {
  const shared = { type: "script", attrs: { name: "x", file: "/x" }, children: [] }
  const reference = { type: "script", attrs: { ref: "x", __independent_subtree: "2" }, children: [] }
  const { services } = resolveRefs({ resources: [shared], services: [{ type: "service", attrs: { name: "a" }, children: [reference] }] })
  expect(services[0]?.children[0]?.of).toEqual({ attrs: shared.attrs, isShared: true, element: reference })
})

const element: fc.Arbitrary<ResourceElement> = fc
  .record({
    type: fc.constantFrom("fs", "ip", "script", "apache", "nfsexport"),
    attrs: fc.dictionary(fc.constantFrom("name", "address", "ref", "file", "mountpoint", "device"), fc.constantFrom("a", "b", "c")),
  })
  .map((own) => ({ ...own, children: [] }))
const within = fc.tuple(element, fc.array(element, { maxLength: 2 })).map(([own, children]) => ({ ...own, children }))
const document: fc.Arbitrary<ResourceDocument> = fc.record({
  resources: fc.array(element, { maxLength: 5 }),
  services: fc.array(
    fc.array(within, { maxLength: 3 }).map((children) => ({ type: "service", attrs: { name: "s" }, children })),
    { maxLength: 2 },
  ),
})
const identities = (type: string, attrs: Attributes) => {
  const { primary, unique = [] } = typeRuleOf(type)
  return [primary, ...unique].flatMap((param) => (attrs[param] === undefined ? [] : [`${type} ${param} ${attrs[param]}`]))
}
test("whatever is written, what is left has all that is required, nothing twice and no reference too many", () =>
  fc.assert(
    fc.property(document, (doc) => {
      const nodes = resolveRefs(doc).services.flatMap((service) => flatten(service))
      const definitions = new Map(nodes.map(({ type, of }) => [of.attrs, type]))
      const ids = [...definitions].flatMap(([attrs, type]) => identities(type, attrs))
      expect(ids.toSorted()).toEqual([...new Set(ids)].toSorted())
      for (const [attrs, type] of definitions) {
        const { primary, required = [], maxInstances = nodes.length } = typeRuleOf(type)
        expect(Object.keys(attrs)).toEqual(expect.arrayContaining([primary, ...required]))
        expect(nodes.filter(({ of }) => of.attrs === attrs).length).toBeLessThanOrEqual(maxInstances)
      }
    }),
  ))
test("each element that is left out, and is not below one that is, is told as one problem", () =>
  fc.assert(
    fc.property(document, (doc) => {
      const { services, problems } = resolveRefs({ ...doc, resources: [] })
      const nodes = services.flatMap((service) => flatten(service))
      const placed = nodes.map(({ of }) => of.element)
      const gone = [doc.services, ...placed.map(builtChildren)].flat().filter((e) => !placed.includes(e))
      expect(problems.map(({ type }) => type).toSorted()).toEqual(gone.map(({ type }) => type).toSorted())
    }),
  ))
