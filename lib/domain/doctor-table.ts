import type { RealServer, VirtualServer } from "./balancer"
import { canonical, withPort } from "./balancer-address"
import { isWeightFit, liveIn, mayBeOut, weightOf } from "./balancer-fit"
import type { LiveReal, LiveService, LiveTable } from "./balancer-live"
import { keyOf, liveKeyOf } from "./balancer-rules-service"
import { outLooks } from "./doctor-out"
import {
  activeFor,
  type DoctorDirector,
  type DoctorScene,
  evidence,
  found,
  kernelPort,
  type Look,
  liveOf,
  liveReal,
  lookAt,
  methodOf,
  ofDocument,
  optionOf,
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

type Around = { readonly isReturning: boolean; readonly isSorry: boolean }
/** Where one entry of the kernel is otherwise than the document, and no check explains it. */
function realDiffers(server: VirtualServer, real: RealServer, live: LiveReal | undefined, around: Around): readonly string[] {
  const name = withPort(real.address, kernelPort(server, real))
  if (!live) return mayBeOut(real, around.isSorry) ? [] : [`${name}: -`]
  const method = methodOf(server, real)
  const isRising = around.isReturning && live.weight < weightOf(real)
  const isAsWanted = isRising || isWeightFit(server, real, live.weight, around.isSorry)
  return [
    ...(live.method === method || live.method === "local" ? [] : [`${name}: ${live.method} (${method})`]),
    ...(isAsWanted ? [] : [`${name}: weight ${live.weight} (${weightOf(real)})`]),
  ]
}
const isEntry = (live: LiveReal, address: string, port: number): boolean =>
  canonical(live.address) === canonical(address) && live.port === port
function serviceDiffers(server: VirtualServer, live: LiveService, isReturning: boolean): readonly string[] {
  const persistence = server.persistenceTimeout ?? null
  const isSorry = ({ address }: LiveReal) =>
    server.sorryServer !== undefined && canonical(server.sorryServer.address) === canonical(address)
  const isKnown = (one: LiveReal) => server.realServers.some((real) => isEntry(one, real.address, kernelPort(server, real)))
  const extra = live.realServers.filter((one) => !isKnown(one) && !isSorry(one))
  const around = { isReturning, isSorry: live.realServers.some((one) => one.weight > 0 && isSorry(one) && !isKnown(one)) }
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
        around,
      ),
    ),
    ...extra.map((one) => `+ ${realText(one)}`),
  ]
}
function strangersIn(table: LiveTable, byKey: ReadonlyMap<string, LiveService>, servers: readonly VirtualServer[]): LiveTable {
  const known = new Set(servers.map((server) => liveIn(byKey, liveKeyOf(server))))
  return table.filter((live) => !known.has(live))
}
const tableCodes = ["serviceMissing", "tableDiffers"] as const
/** keepalived alone owns the table; without it running there is none to expect. */
function table(scene: DoctorScene, d: DoctorDirector): readonly Look[] {
  const isRaw = scene.engine === "ipvsadm"
  const servers = scene.model.virtualServers.filter(({ service }) => service.kind !== "group")
  const hasGroups = servers.length < scene.model.virtualServers.length
  const compare = (seen: Seen<LiveTable>, byKey: ReadonlyMap<string, LiveService>): readonly Look[] => [
    ...servers.flatMap((server): readonly Look[] => {
      const key = keyOf(server.service)
      const live = liveIn(byKey, liveKeyOf(server))
      if (!live && server.haSuspend && activeFor(scene, server) !== d) return []
      const told = { params: { node: d.node, service: key }, of: key, fix: { kind: "apply" } as const }
      if (!live)
        return [found("bad", "serviceMissing", { ...told, evidence: [evidence(seen, [...byKey.keys()].slice(0, 8).join(", ") || "-")] })]
      const differences = serviceDiffers(server, live, scene.isReturning === true)
      const differs = () => found("warn", "tableDiffers", { ...told, evidence: [evidence(seen, differences.slice(0, 8).join("; "))] })
      return [well("serviceMissing"), wellOr(differences.length === 0, "tableDiffers", differs)]
    }),
    ...(hasGroups ? [] : strangersIn(seen.value, byKey, servers)).map((live) =>
      found("warn", "tableDiffers", {
        params: { node: d.node, service: live.key },
        of: live.key,
        evidence: [evidence(seen, `+ ${live.key}`)],
        // keepalived knows nothing of it: no file of its own would take it away.
        ...(isRaw ? { fix: { kind: "apply" } } : { commands: [{ node: d.node, command: `ipvsadm -D ${optionOf(live)}` }] }),
      }),
    ),
    ...(hasGroups ? [unseen("tableDiffers", "groupNotCompared", { node: d.node })] : []),
  ]
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
const activeCodes = ["portMapped", "weightsZero", "noneServing", "checkFails", "outThough"] as const
function service(scene: DoctorScene, server: VirtualServer): readonly Look[] {
  const active = activeFor(scene, server)
  const sight = active && tableOf(active, scene)
  const at = liveOf(scene, server)
  const hidden =
    server.service.kind === "group" || !sight
      ? activeCodes.map((code) => unseen(code, sight ? "groupNotCompared" : "noActive", { node: active?.node ?? "" }))
      : lookAt(sight, activeCodes, () => [])
  return [...hidden, ...ports(scene, server, at), ...weights(scene, server, at), ...outLooks(scene, server, at)]
}
/** What the kernel's table has, against the document; and whether anybody in it serves. */
export const tableLooks = (scene: DoctorScene): readonly Look[] => [
  ...scene.directors.flatMap((d) => table(scene, d)),
  ...scene.model.virtualServers.flatMap((server) => service(scene, server)),
]
