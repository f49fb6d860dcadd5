import fc from "fast-check"
import { expect, test } from "vitest"
import { type Balancer, balancerSchema } from "@/lib/domain/balancer"
import { balancers } from "@/lib/domain/balancer.fixture"
import { checkSchema } from "@/lib/domain/balancer-health"
import { globalSchema, instanceSchema, scriptBlockSchema, syncGroupSchema } from "@/lib/domain/balancer-vrrp"
import { balancer as en } from "@/lib/i18n/en/balancer"
import { changesOf, chosen, type Draft, draftOf, isWrong, textAt, typedAt } from "./draft"
import { valueAt } from "./draft-path"
import { checkFields, realFields, serverFields, tunnelFields, urlFields } from "./fields"
import { globalFields, groupFields, instanceFields, scriptBlockFields, syncGroupFields } from "./fields-director"
import type { Spec } from "./spec"

const flat = (fields: Readonly<Record<string, readonly Spec[]>>): readonly Spec[] => Object.values(fields).flat()
const indexed = <T>(at: string, all: readonly T[]) => all.map((one, i) => [`${at}.${i}`, one] as const)
/** Every field that the forms have for a model, with its path. */
function fieldsOf({ directors, virtualServers }: Balancer): readonly (readonly [string, Spec])[] {
  const each = (at: string, specs: readonly Spec[]) => specs.map((spec) => [`${at}.${spec.name}`, spec] as const)
  return [
    ...indexed("directors", directors).flatMap(([at, one]) => [
      ...each(`${at}.global`, flat(globalFields)),
      ...indexed(`${at}.instances`, one.instances).flatMap(([path]) => each(path, flat(instanceFields))),
      ...indexed(`${at}.syncGroups`, one.syncGroups).flatMap(([path]) => each(path, flat(syncGroupFields))),
      ...indexed(`${at}.scripts`, one.scripts).flatMap(([path]) => each(path, flat(scriptBlockFields))),
      ...indexed(`${at}.groups`, one.groups).flatMap(([path]) => each(path, flat(groupFields))),
    ]),
    ...indexed("virtualServers", virtualServers).flatMap(([at, one]) => [
      ...each(at, flat(serverFields)),
      ...(one.forwarding.method === "tunnel" ? each(`${at}.forwarding`, tunnelFields) : []),
      ...indexed(`${at}.realServers`, one.realServers).flatMap(([path, real]) => [
        ...each(path, flat(realFields)),
        ...indexed(`${path}.checks`, real.checks).flatMap(([check, { kind, ...rest }]) => [
          ...each(check, flat(checkFields[kind])),
          ...("urls" in rest ? indexed(`${check}.urls`, rest.urls).flatMap(([url]) => each(url, flat(urlFields))) : []),
        ]),
      ]),
    ]),
  ]
}
const again = (draft: Draft, path: string, spec: Spec): Draft => {
  if (spec.as === "number" || spec.as === "list") return typedAt(draft, path, spec.kind, textAt(draft, path, spec.kind))
  if (spec.as === "script") return draft
  const value = valueAt(draft.model, path)
  return chosen(draft, path, value === "" ? undefined : value)
}
test("a form that is typed again as it stands changes nothing, whatever the balancer", () => {
  fc.assert(
    fc.property(balancers(), (model) => {
      const draft = fieldsOf(model).reduce((was, [path, spec]) => again(was, path, spec), draftOf(model))
      expect(Object.entries(draft.typed).filter(([, one]) => isWrong(one))).toEqual([])
      expect(changesOf(model, draft)).toEqual([])
    }),
    { numRuns: 60 },
  )
})
test("every field of the tables has its words", () => {
  const all = [
    ...[serverFields, realFields, ...Object.values(checkFields), urlFields, instanceFields, syncGroupFields].flatMap(flat),
    ...[scriptBlockFields, groupFields, globalFields].flatMap(flat),
    ...tunnelFields,
  ]
  const words = new Set(Object.keys(en.field))
  expect([...new Set(all.map((spec) => spec.words))].filter((one) => !words.has(one))).toEqual([])
})

const servers = balancerSchema.unwrap().shape.virtualServers.unwrap().unwrap().element.unwrap().shape
const reals = servers.realServers.unwrap().unwrap().element.unwrap().shape
/** Those that stand in a table, or in fields of their own. */
const byHand = {
  server: ["service", "scheduler", "schedulerFlags", "onePacket", "forwarding", "persistenceTimeout", "sorryForwarding", "realServers"],
  real: ["address", "port", "weight", "forwarding", "checks"],
  check: ["kind", "urls", "requireReply"],
}
const notIn = (shape: object, fields: readonly Spec[], others: readonly string[] = []): readonly string[] => {
  const there = new Set([...fields.map(({ name }) => name.split(".")[0]), ...others, "kept"])
  return Object.keys(shape).filter((name) => !there.has(name))
}
test("every field of the model has a field in a form", () => {
  expect(notIn(servers, flat(serverFields), byHand.server)).toEqual([])
  expect(notIn(reals, flat(realFields), byHand.real)).toEqual([])
  for (const { shape } of checkSchema.options.map((one) => one.unwrap()))
    expect(notIn(shape, flat(checkFields[shape.kind.value]), byHand.check), shape.kind.value).toEqual([])
  expect(notIn(instanceSchema.unwrap().shape, flat(instanceFields))).toEqual([])
  expect(notIn(syncGroupSchema.unwrap().shape, flat(syncGroupFields))).toEqual([])
  expect(notIn(scriptBlockSchema.unwrap().shape, flat(scriptBlockFields))).toEqual([])
  expect(notIn(globalSchema.unwrap().shape, flat(globalFields))).toEqual([])
})
