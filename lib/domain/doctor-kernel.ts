import { familyOf } from "./balancer-address"
import type { IpvsKernel } from "./balancer-live"
import { keyOf } from "./balancer-rules-service"
import { modelOf } from "./doctor-directors"
import {
  type DoctorDirector,
  type DoctorScene,
  evidence,
  found,
  kernelOf,
  type Look,
  lookAt,
  methodOf,
  ofDocument,
  type Seen,
  seenOf,
  serviceOf,
  stateOf,
  vipsOf,
  well,
  wellOr,
} from "./doctor-scene"

const moduleCodes = ["moduleMissing", "moduleNotLoaded", "schedulerMissing"] as const
function modules(scene: DoctorScene, d: DoctorDirector): readonly Look[] {
  return lookAt(kernelOf(d, scene), moduleCodes, (seen) => {
    const { isLoaded, isThere, schedulers } = seen.value
    const told = { params: { node: d.node }, of: d.node }
    if (!isLoaded && !isThere)
      return [
        found("bad", "moduleMissing", {
          ...told,
          evidence: [evidence(seen, "ip_vs -")],
          commands: [{ node: d.node, command: "find /lib/modules/$(uname -r) -name 'ip_vs*'" }],
        }),
      ]
    const wanted = [...new Set(scene.model.virtualServers.map(({ scheduler }) => scheduler))]
    const missing = wanted.filter((scheduler) => !schedulers.includes(scheduler))
    const users = (scheduler: string) => scene.model.virtualServers.filter((s) => s.scheduler === scheduler).map((s) => keyOf(s.service))
    return [
      well("moduleMissing"),
      wellOr(isLoaded || scene.model.virtualServers.length === 0, "moduleNotLoaded", () =>
        found("bad", "moduleNotLoaded", {
          ...told,
          evidence: [evidence(seen, "ip_vs: not loaded")],
          fix: { kind: "loadModule", node: d.node },
        }),
      ),
      ...(missing.length === 0 ? [well("schedulerMissing")] : []),
      ...missing.map((scheduler) =>
        found("bad", "schedulerMissing", {
          params: { node: d.node, scheduler, services: users(scheduler).join(", ") },
          of: users(scheduler)[0] ?? null,
          evidence: [evidence(seen, schedulers.join(" ") || "-")],
        }),
      ),
    ]
  })
}

const syncText = ({ value }: Seen<IpvsKernel>): string =>
  value.sync.map(({ role, interface: device, id }) => `${role} ${device} ${id}`).join(", ") || "-"
/** IPVS refuses the sync daemon beside a service whose real server is of another family, and the other way round. */
function families(scene: DoctorScene, kernels: readonly Seen<IpvsKernel>[]): readonly Look[] {
  const mixed = scene.model.virtualServers.filter((server) => {
    const [vip] = vipsOf(server, scene.model)
    return vip !== undefined && server.realServers.some(({ address }) => familyOf(address) !== familyOf(vip))
  })
  const isWanted = scene.model.directors.some(({ global }) => global?.syncDaemon)
  const running = kernels.filter(({ value }) => value.sync.length > 0)
  if (!isWanted && running.length === 0) return []
  if (mixed.length === 0) return kernels.length > 0 ? [well("syncFamilies")] : []
  const services = mixed.map(({ service }) => keyOf(service)).join(", ")
  return [
    found(running.length > 0 ? "bad" : "warn", "syncFamilies", {
      params: { services },
      of: mixed[0] ? keyOf(mixed[0].service) : null,
      evidence:
        running.length > 0 ? running.map((one) => evidence(one, syncText(one))) : [ofDocument(scene, `lvs_sync_daemon; ${services}`)],
    }),
  ]
}
const sharing = (a: readonly unknown[], b: readonly unknown[]): boolean => a.some((one) => b.includes(one))
function pair(kernels: readonly Seen<IpvsKernel>[]): readonly Look[] {
  const [first, second] = kernels.filter(({ value }) => value.sync.length > 0)
  if (!first || !second) return []
  const nodes = `${first.node}, ${second.node}`
  const both = [first, second].map((one) => evidence(one, syncText(one)))
  const differs = (code: string, of: (one: IpvsKernel["sync"][number]) => string | number) =>
    wellOr(sharing(first.value.sync.map(of), second.value.sync.map(of)), code, () => {
      const [a = "", b = ""] = [first, second].map(({ value }) => value.sync.map(of).join(" "))
      return found("warn", code, { params: { nodes, first: a, second: b }, evidence: both })
    })
  return [differs("syncIdDiffers", ({ id }) => id), differs("syncInterfaceDiffers", (one) => one.interface)]
}
const syncCodes = ["syncFamilies", "syncIdDiffers", "syncInterfaceDiffers", "syncNotRunning"] as const
function sync(scene: DoctorScene): readonly Look[] {
  const isWanted = scene.model.directors.some(({ global }) => global?.syncDaemon)
  const sights = scene.directors.map((d) => kernelOf(d, scene))
  const kernels = sights.flatMap((one) => seenOf(one) ?? [])
  const hidden = isWanted ? sights.flatMap((one) => lookAt(one, syncCodes, () => [])) : []
  const idle = scene.directors.flatMap((d, i): readonly Look[] => {
    const seen = seenOf(kernelOf(d, scene))
    const isUp = seenOf(serviceOf(d, scene))?.value.active === "active"
    if (!modelOf(scene, i)?.global?.syncDaemon || !isUp || !seen) return []
    return [
      wellOr(seen.value.sync.length > 0, "syncNotRunning", () =>
        found("warn", "syncNotRunning", { params: { node: d.node }, of: d.node, evidence: [evidence(seen, syncText(seen))] }),
      ),
    ]
  })
  return [...hidden, ...families(scene, kernels), ...pair(kernels), ...idle]
}

/** With NAT the answers pass through the director, from one interface to another. */
function forwarding(scene: DoctorScene, d: DoctorDirector): readonly Look[] {
  const nat = scene.model.virtualServers.flatMap((s) => s.realServers.filter((real) => methodOf(s, real) === "nat"))
  const wanted = [...new Set(nat.map(({ address }) => familyOf(address) ?? "inet"))]
  if (wanted.length === 0) return []
  return lookAt(stateOf(d, scene), ["forwardOff"], (seen) =>
    wanted.map((family) => {
      const name = family === "inet" ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding"
      return wellOr(seen.value.forwards[family], "forwardOff", () =>
        found("bad", "forwardOff", {
          params: { node: d.node, sysctl: name },
          of: d.node,
          evidence: [evidence(seen, `${name} = 0`)],
          fix: family === "inet" ? { kind: "forward", node: d.node } : null,
          commands: family === "inet" ? [] : [{ node: d.node, command: `sysctl -w ${name}=1` }],
        }),
      )
    }),
  )
}
/** What the director's kernel has and does. */
export const kernelLooks = (scene: DoctorScene): readonly Look[] => [
  ...scene.directors.flatMap((d) => [...modules(scene, d), ...forwarding(scene, d)]),
  ...sync(scene),
]
