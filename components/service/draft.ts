import type { ServiceInput } from "@/lib/domain/service"
import type { ResourceView, ServiceView } from "@/lib/domain/views"

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
}
export type ServiceDraft = {
  readonly name: string
  readonly domain: string
  readonly isExclusive: boolean
  readonly autostart: boolean
  readonly resources: readonly ResourceDraft[]
}

const blank = { unit: "", script: "", provider: "heartbeat", agent: "", params: {} }
export const newResource = (kind: Kind, service: string, count: number): ResourceDraft => ({
  ...blank,
  key: crypto.randomUUID(),
  kind,
  name: kind === "ip" ? `${service === "" ? "service" : service}-ip` : `${service === "" ? "service" : service}-${count + 1}`,
  agent: kind === "ip" ? "IPaddr2" : "",
  params: kind === "ip" ? { cidr_netmask: "24" } : {},
})

const text = (value: unknown): string => (typeof value === "string" ? value : "")
function draftOf({ name, params }: ResourceView): ResourceDraft {
  const p = typeof params === "object" && params !== null ? (params as Record<string, unknown>) : {} // fields are read one by one
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
  }
}
export const emptyDraft: ServiceDraft = { name: "", domain: "", isExclusive: false, autostart: true, resources: [] }
export const draftOfView = ({ name, domain, isExclusive, autostart, resources }: ServiceView): ServiceDraft => ({
  ...{ name, isExclusive, autostart },
  domain: domain ?? "",
  resources: resources.map(draftOf),
})

const given = (params: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(params).filter(([, value]) => value.trim() !== ""))
function paramsOf({ kind, unit, script, provider, agent, params }: ResourceDraft) {
  switch (kind) {
    case "systemd":
      return { class: "systemd", unit: unit.trim() }
    case "lsb":
      return { class: "lsb", script: script.trim() }
    case "ip":
    case "ocf":
      return { class: "ocf", provider, agent, params: given(params) }
    default:
      return kind satisfies never
  }
}
/** What is sent: empty parameters are left out, so that the agent's defaults hold. */
export const inputOf = ({ name, domain, isExclusive, autostart, resources }: ServiceDraft): ServiceInput => ({
  ...{ name: name.trim(), isExclusive, autostart },
  domain: domain === "" ? null : domain,
  resources: resources.map((r) => ({ name: r.name.trim(), driver: "ocf", params: paramsOf(r) })),
})
