import type { RealServer, VirtualServer } from "./balancer"
import { canonical, withPort } from "./balancer-address"
import type { LiveReal, LiveService, LiveTable } from "./balancer-live"
import { keyOf } from "./balancer-rules-service"
import {
  activeFor,
  type DoctorDirector,
  type DoctorScene,
  evidence,
  found,
  type Look,
  liveOf,
  liveReal,
  lookAt,
  methodOf,
  ofDocument,
  portOf,
  realPort,
  realText,
  type Seen,
  serviceOf,
  tableOf,
  unseen,
  well,
  wellOr,
} from "./doctor-scene"

const weightOf = ({ weight }: RealServer): number => weight ?? 1
/** Where packets go as they are, the kernel takes the service's port, whatever was asked for. */
const kernelPort = (server: VirtualServer, real: RealServer): number =>
  methodOf(server, real) !== "nat" && portOf(server) !== 0 ? portOf(server) : realPort(server, real)
const mayVary = ({ checks }: RealServer): boolean => checks.some((check) => check.kind === "misc" && check.dynamic === true)
/** Where one entry of the kernel is otherwise than the document; weight 0 is a check's inhibit. */
function realDiffers(server: VirtualServer, real: RealServer, live: LiveReal | undefined, isReturning: boolean): readonly string[] {
  const name = withPort(real.address, kernelPort(server, real))
  if (!live) return real.checks.length > 0 ? [] : [`${name}: -`]
  const method = methodOf(server, real)
  const isRising = isReturning && live.weight < weightOf(real)
  const isAsWanted = live.weight === weightOf(real) || live.weight === 0 || isRising || mayVary(real)
  return [
    ...(live.method === method || live.method === "local" ? [] : [`${name}: ${live.method} (${method})`]),
    ...(isAsWanted ? [] : [`${name}: weight ${live.weight} (${weightOf(real)})`]),
  ]
}
const isEntry = (live: LiveReal, address: string, port: number): boolean =>
  canonical(live.address) === canonical(address) && live.port === port
function serviceDiffers(server: VirtualServer, live: LiveService, isReturning: boolean): readonly string[] {
  const persistence = server.persistenceTimeout ?? null
  const sorry = server.sorryServer
  const extra = live.realServers.filter(
    (one) =>
      !server.realServers.some((real) => isEntry(one, real.address, kernelPort(server, real))) &&
      !(sorry && canonical(sorry.address) === canonical(one.address)),
  )
  return [
    ...(live.scheduler === server.scheduler ? [] : [`${live.scheduler} (${server.scheduler})`]),
    ...(live.persistence === persistence ? [] : [`persistent ${live.persistence ?? "-"} (${persistence ?? "-"})`]),
    // Of IPv6 the kernel does not tell it.
    ...(live.key.includes("[") || live.onePacket === (server.onePacket ?? false) ? [] : [`ops ${live.onePacket}`]),
    ...server.realServers.flatMap((real) =>
      realDiffers(
        server,
        real,
        live.realServers.find((one) => isEntry(one, real.address, kernelPort(server, real))),
        isReturning,
      ),
    ),
    ...extra.map((one) => `+ ${realText(one)}`),
  ]
}
const tableCodes = ["serviceMissing", "tableDiffers"] as const
/** keepalived alone owns the table; without it running there is none to expect. */
function table(scene: DoctorScene, d: DoctorDirector): readonly Look[] {
  const servers = scene.model.virtualServers.filter(({ service }) => service.kind !== "group")
  const hasGroups = servers.length < scene.model.virtualServers.length
  const wanted = new Set(servers.map(({ service }) => keyOf(service)))
  const compare = (seen: Seen<LiveTable>, byKey: ReadonlyMap<string, LiveService>): readonly Look[] => [
    ...servers.flatMap((server): readonly Look[] => {
      const key = keyOf(server.service)
      const live = byKey.get(key)
      if (!live && server.haSuspend && activeFor(scene, server) !== d) return []
      const told = { params: { node: d.node, service: key }, of: key, fix: { kind: "apply" } as const }
      if (!live)
        return [found("bad", "serviceMissing", { ...told, evidence: [evidence(seen, [...byKey.keys()].slice(0, 8).join(", ") || "-")] })]
      const differences = serviceDiffers(server, live, scene.isReturning === true)
      const differs = () => found("warn", "tableDiffers", { ...told, evidence: [evidence(seen, differences.slice(0, 8).join("; "))] })
      return [well("serviceMissing"), wellOr(differences.length === 0, "tableDiffers", differs)]
    }),
    ...(hasGroups ? [] : seen.value.filter(({ key }) => !wanted.has(key))).map(({ key }) =>
      found("warn", "tableDiffers", {
        params: { node: d.node, service: key },
        of: key,
        evidence: [evidence(seen, `+ ${key}`)],
        fix: { kind: "apply" },
      }),
    ),
    ...(hasGroups ? [unseen("tableDiffers", "groupNotCompared", { node: d.node })] : []),
  ]
  const isRaw = scene.engine === "ipvsadm"
  return lookAt(tableOf(d, scene), tableCodes, (seen) => {
    const byKey = new Map(seen.value.map((live) => [live.key, live]))
    if (isRaw) return compare(seen, byKey)
    return lookAt(serviceOf(d, scene), tableCodes, ({ value }) => (value.active === "active" ? compare(seen, byKey) : []))
  })
}

function ports(scene: DoctorScene, server: VirtualServer, live: Seen<LiveService> | undefined): readonly Look[] {
  const key = keyOf(server.service)
  const mapped = server.realServers.filter(
    (real) => methodOf(server, real) !== "nat" && realPort(server, real) !== kernelPort(server, real),
  )
  if (mapped.length === 0) return live ? [well("portMapped")] : []
  return mapped.map((real) => {
    const entry = live && liveReal(live.value, real)
    return found(entry ? "bad" : "warn", "portMapped", {
      params: { service: key, server: real.address, asked: String(realPort(server, real)), port: String(portOf(server)) },
      of: key,
      evidence: [live && entry ? evidence(live, realText(entry)) : ofDocument(scene, withPort(real.address, realPort(server, real)))],
    })
  })
}
function weights(scene: DoctorScene, server: VirtualServer, live: Seen<LiveService> | undefined): readonly Look[] {
  const key = keyOf(server.service)
  const told = { params: { service: key }, of: key }
  if (server.realServers.length === 0) return []
  if (!live) {
    const isZero = server.realServers.every((real) => weightOf(real) === 0)
    const text = server.realServers.map((real) => `${real.address} weight ${weightOf(real)}`).join(", ")
    return isZero ? [found("warn", "weightsZero", { ...told, evidence: [ofDocument(scene, text)] })] : []
  }
  const entries = live.value.realServers
  const text = entries.map(realText).join(", ") || "-"
  const none = () => found("bad", "noneServing", { ...told, evidence: [evidence(live, text)] })
  const zero = () => found("bad", "weightsZero", { ...told, evidence: [evidence(live, text)] })
  return [
    wellOr(entries.length > 0, "noneServing", none),
    ...(entries.length > 0
      ? [
          wellOr(
            entries.some(({ weight }) => weight > 0),
            "weightsZero",
            zero,
          ),
        ]
      : []),
  ]
}
const activeCodes = ["portMapped", "weightsZero", "noneServing"] as const
function service(scene: DoctorScene, server: VirtualServer): readonly Look[] {
  const active = activeFor(scene, server)
  const sight = active && tableOf(active, scene)
  const at = liveOf(scene, server)
  const hidden =
    server.service.kind === "group" || !sight
      ? activeCodes.map((code) => unseen(code, sight ? "groupNotCompared" : "noActive", { node: active?.node ?? "" }))
      : lookAt(sight, activeCodes, () => [])
  return [...hidden, ...ports(scene, server, at), ...weights(scene, server, at)]
}
/** What the kernel's table has, against the document; and whether anybody in it serves. */
export const tableLooks = (scene: DoctorScene): readonly Look[] => [
  ...scene.directors.flatMap((d) => table(scene, d)),
  ...scene.model.virtualServers.flatMap((server) => service(scene, server)),
]
