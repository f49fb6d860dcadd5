import { type Attributes, inherited, withDefaults } from "../../lib/domain/resource-refs"
import { typeRuleOf } from "../../lib/domain/resource-rules"
import { type ResourceInput, recoveries, ServiceInput } from "../../lib/domain/service"
import type { SharedResource } from "./definitions"
import type { ClusterConf, Part, ResourcePart } from "./model"
import { durationMs, freeName, type Note } from "./notes"
import { atoi, independenceOf, isYes } from "./parse"
import { panelResourceOf } from "./resource-map"
import type { XmlElement } from "./xml"

type Read = {
  readonly shared: readonly SharedResource[]
  readonly services: readonly ServiceInput[]
  readonly origins: ReadonlyMap<string, XmlElement>
  readonly resourceOrigins: ReadonlyMap<string, XmlElement>
  readonly notes: readonly Note[]
}
type Params = SharedResource["params"]
/** What is known while reading: a panel's resource names are unique in the cluster, rgmanager's within their type. */
type Reading = {
  readonly conf: ClusterConf
  readonly domains: ReadonlyMap<string, string>
  readonly shared: ReadonlyMap<string, string>
  readonly taken: Set<string>
  readonly inUse: Set<string>
  /** `type:primary`: rgmanager drops the second of them (service-manager.md §2.3). */
  readonly defined: Set<string>
  readonly origins: Map<string, XmlElement>
  readonly notes: Note[]
}
const MIN_MS = 1_000
const HOUR_MS = 3_600_000
const keyOf = (type: string, primary: string | undefined) => `${type}:${primary}`
const primaryOf = ({ type, attrs }: ResourcePart): string | undefined => attrs[typeRuleOf(type).primary]
const defaultsOf = ({ rm }: ClusterConf, type: string): Attributes | undefined => rm.defaults.find((d) => d.type === type)?.attrs

/** `<action>`: how often each depth of status runs, and how long each action may take. */
function scheduleOf(actions: readonly Part[]): Readonly<Record<string, Params>> {
  const ms = (text: string | undefined, max: number): number | undefined => {
    const value = durationMs(text ?? "")
    return value !== undefined && value >= MIN_MS && value <= max ? value : undefined
  }
  const status = actions.filter(({ attrs }) => attrs.name === "status" || attrs.name === "monitor")
  const basic = status
    .map(({ attrs }) => (["0", "*", undefined].includes(attrs.depth) ? ms(attrs.interval, HOUR_MS) : undefined))
    .find(Boolean)
  const deep = [10, 20].flatMap((depth) => {
    const everyMs = status.map(({ attrs }) => (attrs.depth === String(depth) ? ms(attrs.interval, 24 * HOUR_MS) : undefined)).find(Boolean)
    return everyMs === undefined ? [] : [{ depth, everyMs }]
  })
  const timeout = (name: string) => ms(actions.find(({ attrs }) => attrs.name === name)?.attrs.timeout, HOUR_MS)
  const timeouts = Object.entries({ startMs: timeout("start"), stopMs: timeout("stop"), monitorMs: timeout("status") }).filter(
    (entry): entry is [string, number] => entry[1] !== undefined,
  )
  return {
    ...(basic === undefined ? {} : { monitorEveryMs: basic }),
    ...(deep.length === 0 ? {} : { deepChecks: deep }),
    ...(timeouts.length === 0 ? {} : { timeouts: Object.fromEntries(timeouts) }),
  }
}
/** Its own attributes, those by resource-defaults and, for NFS, the directory that it inherits. */
function paramsOf(conf: ClusterConf, part: ResourcePart, above: readonly ResourcePart[]): Params | undefined {
  const attrsOf = ({ type, attrs }: ResourcePart) => withDefaults(type, attrs, defaultsOf(conf, type))
  const nodeOf = (p: ResourcePart) => ({ type: p.type, name: "", children: [], of: { attrs: attrsOf(p) } })
  const isNfs = part.type === "nfsclient" || part.type === "nfsserver"
  const path = isNfs ? inherited([...above, part].map(nodeOf), "path") : undefined
  const attrs = attrsOf(part)
  const resource = panelResourceOf(part.type, path === undefined ? attrs : { ...attrs, path })
  return resource && JSON.parse(JSON.stringify({ ...resource, ...scheduleOf(part.actions) }))
}

function placeOf(
  part: ResourcePart,
  notes: Note[],
): Pick<ResourceInput, "independentSubtree" | "maxRestarts" | "restartExpireMs" | "maxFailures" | "failureExpireMs"> {
  const { attrs } = part
  const independentSubtree = independenceOf(attrs.__independent_subtree)
  const limits = (count: string, window: string): readonly [number, number] => {
    const [n, ms] = [atoi(attrs[count]), durationMs(attrs[window] ?? "") ?? 0]
    if (n > 0 && ms > 0 && independentSubtree !== "no") return [n, ms]
    if (attrs[count] !== undefined)
      notes.push({
        line: part.line,
        code: "limitDropped",
        text: `${count} counts only together with ${window} and __independent_subtree; it stays in the file.`,
      })
    return [0, 0]
  }
  const [maxRestarts, restartExpireMs] = limits("__max_restarts", "__restart_expire_time")
  const [maxFailures, failureExpireMs] = limits("__max_failures", "__failure_expire_time")
  return { independentSubtree, maxRestarts, restartExpireMs, maxFailures, failureExpireMs }
}

/** One subtree; what the panel has nothing for is left out, and what stands below it hangs from what stands above. */
function readTree(
  part: ResourcePart,
  above: readonly ResourcePart[],
  parent: string | null,
  service: string,
  at: Reading,
): readonly ResourceInput[] {
  const resource = readResource(part, above, parent, service, at)
  const below = resource?.name ?? parent
  return [...(resource ? [resource] : []), ...part.children.flatMap((child) => readTree(child, [...above, part], below, service, at))]
}
function readResource(
  part: ResourcePart,
  above: readonly ResourcePart[],
  parent: string | null,
  service: string,
  at: Reading,
): ResourceInput | undefined {
  const { ref } = part.attrs
  const title = `${part.type} ${ref ?? primaryOf(part) ?? ""}`
  const drop = (code: string, text: string): undefined => void at.notes.push({ line: part.line, code, text: `${title}: ${text}` })
  const place = placeOf(part, at.notes)
  if (ref !== undefined) {
    const name = at.shared.get(keyOf(part.type, ref))
    if (name === undefined) return drop("sharedMissing", "its shared definition is not there, or was not taken over.")
    if (at.inUse.has(name)) return drop("sharedInUse", "in the panel one place uses a shared resource; define it again under another name.")
    if (part.actions.length > 0)
      drop("scheduleOfReference", "a shared resource has one schedule in the panel: this <action> stays in the file.")
    at.inUse.add(name)
    at.origins.set(`${service}/${name}`, part.element)
    return { name, driver: "ocf", params: {}, parent, isShared: true, ...place }
  }
  const params = paramsOf(at.conf, part, above)
  if (params === undefined) return drop("noSuccessor", `the panel has nothing for the type ${part.type}.`)
  const primary = primaryOf(part)
  if (primary === undefined) return drop("nameMissing", "it has no name.")
  if (at.defined.has(keyOf(part.type, primary))) return drop("nameTaken", "there is another of this name; rgmanager drops this one.")
  at.defined.add(keyOf(part.type, primary))
  const name = freeName(primary, part.type, at.taken)
  at.taken.add(name)
  at.origins.set(`${service}/${name}`, part.element)
  return { name, driver: "ocf", params, parent, isShared: false, ...place }
}

const dependOf = (depend: string | undefined): string | null => (depend ? depend.replace(/^(?:service|vm):/, "") : null)
function readService(part: ResourcePart, name: string, at: Reading): ServiceInput | undefined {
  const { attrs } = part
  const domain = attrs.domain ? at.domains.get(attrs.domain.toLowerCase()) : undefined
  const note = (code: string, text: string) =>
    void at.notes.push({ line: part.line, code, text: `${part.type} ${attrs.name ?? ""}: ${text}` })
  if (attrs.domain && domain === undefined)
    note("domainMissing", `its failover domain ${attrs.domain} was not taken over; it is placed freely.`)
  const recovery = recoveries.find((known) => known === (attrs.recovery ?? "restart"))
  if (recovery === undefined) note("recoveryUnknown", `recovery ${attrs.recovery} is unknown; it is restart.`)
  const isVm = part.type === "vm"
  const resources = isVm
    ? readTree(
        { ...part, attrs: Object.fromEntries(Object.entries(attrs).filter(([key]) => key !== "ref" && !key.startsWith("__"))) },
        [],
        null,
        name,
        at,
      )
    : part.children.flatMap((child) => readTree(child, [part], null, name, at))
  const parsed = ServiceInput.safeParse({
    ...{
      name,
      domain: domain ?? null,
      isExclusive: isYes(attrs.exclusive),
      autostart: !/^(?:0+|no)$/i.test(attrs.autostart?.trim() ?? "1"),
    },
    ...{
      recovery: recovery ?? "restart",
      maxRestarts: atoi(attrs.max_restarts),
      restartExpireMs: durationMs(attrs.restart_expire_time ?? "") ?? 0,
    },
    ...{
      dependsOn: dependOf(attrs.depend),
      dependMode: attrs.depend_mode === "soft" ? "soft" : "hard",
      priority: atoi(attrs.priority),
      resources,
    },
  })
  if (parsed.success) return parsed.data
  return note(
    "notAccepted",
    `the panel does not take it (${parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join(", ")}).`,
  )
}

export function readServices(conf: ClusterConf, domains: ReadonlyMap<string, string>): Read {
  const notes: Note[] = []
  const [taken, origins] = [new Set<string>(), new Map<string, XmlElement>()]
  const sharedNames = new Map<string, string>()
  // A service defined there is no resource of a service: its reference is.
  const isTop = ({ type, attrs }: ResourcePart) =>
    conf.rm.services.some((s) => s.type === type && s.attrs.ref !== undefined && s.attrs.ref === attrs.name)
  const shared = conf.rm.resources.flatMap((part): readonly SharedResource[] => {
    if (isTop(part)) return []
    const [params, primary] = [paramsOf(conf, part, []), primaryOf(part)]
    const isTwin = sharedNames.has(keyOf(part.type, primary))
    if (params === undefined || primary === undefined || isTwin) {
      const why = isTwin ? "there is another of this name" : `the panel has nothing for the type ${part.type}`
      notes.push({ line: part.line, code: isTwin ? "nameTaken" : "noSuccessor", text: `Shared ${part.type} ${primary ?? ""}: ${why}.` })
      return []
    }
    const name = freeName(primary, part.type, taken)
    taken.add(name)
    sharedNames.set(keyOf(part.type, primary), name)
    origins.set(`/${name}`, part.element)
    return [{ name, driver: "ocf", params }]
  })
  const at: Reading = { conf, domains, shared: sharedNames, taken, inUse: new Set(), defined: new Set(sharedNames.keys()), origins, notes }
  const serviceNames = new Map<string, XmlElement>()
  const services = conf.rm.services.flatMap((part) => {
    const { name: written = "" } = part.attrs
    const name = freeName(written, part.type, new Set(serviceNames.keys()))
    if (name !== written) notes.push({ line: part.line, code: "renamed", text: `${part.type} ${written} is ${name} in the panel.` })
    const service = readService(part, name, at)
    if (service === undefined) return []
    serviceNames.set(name, part.element)
    return [service]
  })
  return { shared, services, origins: serviceNames, resourceOrigins: origins, notes }
}
