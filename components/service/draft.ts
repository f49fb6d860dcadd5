import { z } from "zod"
import type { TieRule } from "@/lib/domain/placement"
import type { ServiceDraft as Input, Recovery, ResourceRules, ServiceRules } from "@/lib/domain/service"
import type { ResourceView, ServiceView } from "@/lib/domain/views"

const Stored = z.record(z.string(), z.json())
type JsonValue = z.core.util.JSONType
export const kinds = ["ip", "systemd", "ocf", "lsb"] as const
export type Kind = (typeof kinds)[number]
/** A resource as the form holds it: everything is text until it is saved. */
export type ResourceDraft = {
  readonly key: string
  readonly kind: Kind
  readonly name: string
  readonly unit: string
  readonly script: string
  readonly provider: string
  readonly agent: string
  readonly params: Readonly<Record<string, string>>
  /** Its name follows the service's and the unit's until somebody types another. */
  readonly isNameSuggested: boolean
  /** As it was stored: what the form does not show (timeouts, the order of the fields) is kept. */
  readonly stored: Readonly<Record<string, JsonValue>>
  /** The resource above it in the tree, by its key; "" hangs from the service. */
  readonly parent: string
  readonly independentSubtree: ResourceRules["independentSubtree"]
  /** Numbers as they are typed; times in seconds. */
  readonly maxRestarts: string
  readonly restartExpire: string
  readonly maxFailures: string
  readonly failureExpire: string
  readonly isShared: boolean
  /** Seconds, as typed. */
  readonly checks: Readonly<Record<CheckField, string>>
}
export const checkFields = ["every", "deep10", "deep20", "startTimeout", "stopTimeout", "monitorTimeout"] as const
export type CheckField = (typeof checkFields)[number]
const noChecks: ResourceDraft["checks"] = { every: "", deep10: "", deep20: "", startTimeout: "", stopTimeout: "", monitorTimeout: "" }
const Checks = z.object({
  monitorEveryMs: z.number().optional(),
  deepChecks: z.array(z.object({ depth: z.number(), everyMs: z.number() })).default([]),
  timeouts: z.object({ startMs: z.number().optional(), stopMs: z.number().optional(), monitorMs: z.number().optional() }).default({}),
})
function checksOf(params: unknown): ResourceDraft["checks"] {
  const { monitorEveryMs = 0, deepChecks = [], timeouts = {} } = Checks.safeParse(params).data ?? {}
  const deep = (depth: number) => seconds(deepChecks.find((check) => check.depth === depth)?.everyMs ?? 0)
  return {
    ...{ every: seconds(monitorEveryMs), deep10: deep(10), deep20: deep(20) },
    ...{
      startTimeout: seconds(timeouts.startMs ?? 0),
      stopTimeout: seconds(timeouts.stopMs ?? 0),
      monitorTimeout: seconds(timeouts.monitorMs ?? 0),
    },
  }
}
/** Only what was typed: an agent's defaults hold for the rest. */
function checkParams({ every, deep10, deep20, startTimeout, stopTimeout, monitorTimeout }: ResourceDraft["checks"]) {
  const typed = (name: string, text: string) => (text.trim() === "" ? {} : { [name]: ms(text) })
  const deepChecks = [
    { depth: 10, text: deep10 },
    { depth: 20, text: deep20 },
  ].flatMap(({ depth, text }) => (text.trim() === "" ? [] : [{ depth, everyMs: ms(text) }]))
  const timeouts = { ...typed("startMs", startTimeout), ...typed("stopMs", stopTimeout), ...typed("monitorMs", monitorTimeout) }
  return {
    ...typed("monitorEveryMs", every),
    ...(deepChecks.length > 0 ? { deepChecks } : {}),
    ...(Object.keys(timeouts).length > 0 ? { timeouts } : {}),
  }
}
export type ServiceDraft = {
  readonly name: string
  readonly domain: string
  readonly isExclusive: boolean
  readonly autostart: boolean
  readonly recovery: Recovery
  readonly maxRestarts: string
  readonly restartExpire: string
  readonly dependsOn: string
  readonly dependMode: ServiceRules["dependMode"]
  readonly priority: string
  readonly ties: TieRule
  readonly resources: readonly ResourceDraft[]
}

const NAME_MAX = 64
const suffixOf = ({ kind, unit, script, agent }: ResourceDraft): string => {
  if (kind === "ip") return "ip"
  const from = kind === "systemd" ? unit.trim().replace(/\.service$/, "") : kind === "lsb" ? (script.split("/").at(-1) ?? "") : agent
  return from.replace(/[^\w.-]/g, "-") || kind
}
/** "httpd-ip", "httpd-apache2": a name that no other resource of the form has. */
function suggestedName(draft: ResourceDraft, service: string, taken: readonly string[]): string {
  const name = `${service.trim() || "service"}-${suffixOf(draft)}`.slice(0, NAME_MAX - 3)
  const next = [2, 3, 4, 5, 6, 7, 8, 9].map((n) => `${name}-${n}`).find((n) => !taken.includes(n))
  return taken.includes(name) ? (next ?? name) : name
}
export function newResource(kind: Kind, service: string, others: readonly ResourceDraft[]): ResourceDraft {
  const draft: ResourceDraft = {
    ...{ key: crypto.randomUUID(), kind, name: "", unit: "", script: "", provider: "heartbeat", isNameSuggested: true, stored: {} },
    agent: kind === "ip" ? "IPaddr2" : "",
    params: kind === "ip" ? { cidr_netmask: "24" } : {},
    ...{ parent: "", independentSubtree: "no", maxRestarts: "", restartExpire: "", maxFailures: "", failureExpire: "", isShared: false },
    checks: noChecks,
  }
  return namedApart(draft, service, others)
}
const namedApart = (r: ResourceDraft, service: string, all: readonly ResourceDraft[]): ResourceDraft => {
  const taken = all.filter(({ key }) => key !== r.key).map(({ name }) => name)
  return r.isNameSuggested ? { ...r, name: suggestedName(r, service, taken) } : r
}
const replaced = (all: readonly ResourceDraft[], next: ResourceDraft) => all.map((r) => (r.key === next.key ? next : r))
/** One resource changed: a name that was only suggested follows what was typed. */
export const withResource = (all: readonly ResourceDraft[], service: string, next: ResourceDraft): readonly ResourceDraft[] =>
  replaced(all, namedApart(next, service, all))
/** The service was named: suggested names of its resources follow, one after the other so that they stay different. */
export const renamed = (draft: ServiceDraft, name: string): ServiceDraft => ({
  ...draft,
  name,
  resources: draft.resources.reduce((all, r) => replaced(all, namedApart(r, name, all)), draft.resources),
})

/** A resource that is defined once for the cluster: it has no place in a tree. */
export const draftOfShared = ({
  name,
  driver,
  params,
}: {
  readonly name: string
  readonly driver: string
  readonly params: unknown
}): ResourceDraft =>
  draftOf({
    ...{ name, driver, params, isShared: true, parent: null, independentSubtree: "no" },
    ...{ maxRestarts: 0, restartExpireMs: 0, maxFailures: 0, failureExpireMs: 0 },
  })
export const inputOfShared = (draft: ResourceDraft) => ({ name: draft.name.trim(), driver: "ocf", params: paramsOf(draft) })
/** Uses a shared one: what it is stands in its own definition. */
export const usingShared = (shared: Parameters<typeof draftOfShared>[0]): ResourceDraft => ({
  ...draftOfShared(shared),
  key: crypto.randomUUID(),
})

/** 0 is no limit and shown as nothing; times come in ms and are shown in seconds. */
const shown = (value: number): string => (value === 0 ? "" : String(value))
const seconds = (ms: number): string => shown(ms / 1_000)
const text = (value: unknown): string => (typeof value === "string" ? value : "")
function draftOf({ name, params, ...rules }: ResourceView): ResourceDraft {
  const p = Stored.safeParse(params).data ?? {}
  const inner =
    typeof p.params === "object" && p.params !== null ? Object.fromEntries(Object.entries(p.params).map(([k, v]) => [k, text(v)])) : {}
  const isIp = p.class === "ocf" && p.agent === "IPaddr2"
  const kind: Kind = p.class === "systemd" ? "systemd" : p.class === "lsb" ? "lsb" : isIp ? "ip" : "ocf"
  return {
    key: name,
    kind,
    name,
    unit: text(p.unit),
    script: text(p.script),
    provider: text(p.provider) || "heartbeat",
    agent: text(p.agent),
    params: inner,
    isNameSuggested: false,
    stored: p,
    ...{ parent: rules.parent ?? "", independentSubtree: rules.independentSubtree, isShared: rules.isShared },
    checks: checksOf(p),
    ...{ maxRestarts: shown(rules.maxRestarts), restartExpire: seconds(rules.restartExpireMs) },
    ...{ maxFailures: shown(rules.maxFailures), failureExpire: seconds(rules.failureExpireMs) },
  }
}
export const emptyDraft: ServiceDraft = {
  ...{ name: "", domain: "", isExclusive: false, autostart: true, recovery: "restart", maxRestarts: "", restartExpire: "" },
  ...{ dependsOn: "", dependMode: "hard", priority: "", ties: "order", resources: [] },
}
export const draftOfView = ({ name, domain, isExclusive, autostart, resources, ...rules }: ServiceView): ServiceDraft => ({
  ...{ name, isExclusive, autostart, recovery: rules.recovery, dependMode: rules.dependMode, ties: rules.ties },
  ...{ maxRestarts: shown(rules.maxRestarts), restartExpire: seconds(rules.restartExpireMs), priority: shown(rules.priority) },
  dependsOn: rules.dependsOn ?? "",
  domain: domain ?? "",
  resources: resources.map(draftOf),
})

const given = (params: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(params).filter(([, value]) => value.trim() !== ""))
function paramsOf({ kind, unit, script, provider, agent, params, stored, checks }: ResourceDraft) {
  const { monitorEveryMs: _, deepChecks: _deep, timeouts: _timeouts, ...rest } = stored
  const kept = { ...rest, ...checkParams(checks) }
  switch (kind) {
    case "systemd":
      return { ...kept, class: "systemd", unit: unit.trim() }
    case "lsb":
      return { ...kept, class: "lsb", script: script.trim() }
    case "ip":
    case "ocf":
      return { ...kept, class: "ocf", provider, agent, params: given(params) }
    default:
      return kind satisfies never
  }
}
/** What was typed as a number; what is none goes as it is, so that the server's schema says where. */
const count = (typed: string): number => (typed.trim() === "" ? 0 : Number(typed))
const ms = (typed: string): number => Math.round(count(typed) * 1_000)
const resourceInput = (r: ResourceDraft, all: readonly ResourceDraft[]): Input["resources"][number] => ({
  ...{ name: r.name.trim(), driver: "ocf", params: paramsOf(r), isShared: r.isShared },
  parent: all.find(({ key }) => key === r.parent)?.name.trim() ?? null,
  independentSubtree: r.independentSubtree,
  ...{ maxRestarts: count(r.maxRestarts), restartExpireMs: ms(r.restartExpire) },
  ...{ maxFailures: count(r.maxFailures), failureExpireMs: ms(r.failureExpire) },
})
/** What is sent: empty parameters are left out, so that the agent's defaults hold. */
export const inputOf = ({ name, domain, isExclusive, autostart, resources, ...rules }: ServiceDraft): Input => ({
  ...{ name: name.trim(), isExclusive, autostart, recovery: rules.recovery, dependMode: rules.dependMode, ties: rules.ties },
  ...{ maxRestarts: count(rules.maxRestarts), restartExpireMs: ms(rules.restartExpire), priority: count(rules.priority) },
  dependsOn: rules.dependsOn === "" ? null : rules.dependsOn,
  domain: domain === "" ? null : domain,
  resources: resources.map((r) => resourceInput(r, resources)),
})
