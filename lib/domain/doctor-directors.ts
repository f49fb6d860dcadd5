import type { Director } from "./balancer"
import { canonical, familyOf } from "./balancer-address"
import { withoutVrrp } from "./balancer-live-view"
import { hostPrefix, isInSubnet } from "./balancer-subnet"
import type { DoctorFix } from "./balancer-view"
import {
  addressesOf,
  allVips,
  type DoctorDirector,
  type DoctorScene,
  evidence,
  found,
  type Look,
  lookAt,
  type Own,
  ofDocument,
  ownAddresses,
  ownText,
  type Seen,
  seenOf,
  serviceOf,
  unseen,
  well,
  wellOr,
} from "./doctor-scene"

/** Readings that are further apart may be of before and after a take-over. */
const APART_MS = 2_000
export const modelOf = ({ model }: DoctorScene, index: number): Director | undefined => model.directors[index] ?? model.directors[0]

type Holder = { readonly seen: Seen<readonly Own[]>; readonly own: readonly Own[] }
function bothHold(address: string, holders: readonly Holder[]): Look {
  const times = holders.map(({ seen }) => seen.atMs)
  if (Math.max(...times) - Math.min(...times) > APART_MS) return unseen("bothHold", "readApart", { address })
  const nodes = holders.map(({ seen }) => seen.node)
  return found("bad", "bothHold", {
    params: { address, nodes: nodes.join(", ") },
    of: address,
    evidence: holders.map(({ seen, own }) => evidence(seen, ownText(own))),
    commands: nodes.map((node) => ({ node, command: "journalctl -u keepalived -n 50 --no-pager" })),
  })
}
/** On a link; lo is what real servers use, and counts only where nobody has the address otherwise. */
function holding(scene: DoctorScene): readonly Look[] {
  const all = ownAddresses(scene)
  const missing = all.flatMap(({ sight }) => ("seen" in sight ? [] : [sight]))
  const stopped = scene.directors.find((d) => seenOf(serviceOf(d, scene))?.value.active === "inactive")
  const hidden = (code: string) => missing.map(({ reason, params }) => unseen(code, reason, params))
  const lone = withoutVrrp(scene.model)
  const [only] = scene.directors.length === 1 ? scene.directors : []
  const fixOf = (address: string): DoctorFix | null => {
    if (only && lone.includes(address)) return { kind: "hold", node: only.node, address }
    return stopped ? { kind: "start", node: stopped.node } : null
  }
  const none = (address: string) =>
    found("bad", "noneHolds", {
      params: { address },
      of: address,
      evidence: all.flatMap(({ sight }) => ("seen" in sight ? [evidence(sight.seen, ownText(sight.seen.value))] : [])),
      fix: fixOf(address),
    })
  const isSeen = missing.length === 0 && all.length > 0
  return allVips(scene.model).flatMap((address): readonly Look[] => {
    const having = all.flatMap(({ sight, byAddress }) => {
      const own = byAddress.get(address) ?? []
      return "seen" in sight && own.length > 0 ? [{ seen: sight.seen, own }] : []
    })
    const onLink = having.filter(({ own }) => own.some((one) => one.interface !== "lo"))
    return [
      ...(onLink.length > 1 ? [bothHold(address, onLink)] : isSeen ? [well("bothHold")] : hidden("bothHold")),
      ...(having.length > 0 ? [well("noneHolds")] : isSeen ? [none(address)] : hidden("noneHolds")),
    ]
  })
}

/** An address of VRRP needs a network of its interface, or nobody on the link finds the way back. */
function outside(scene: DoctorScene, d: DoctorDirector, index: number): readonly Look[] {
  const wanted = (modelOf(scene, index)?.instances ?? []).flatMap((instance) =>
    (instance.addresses ?? []).map((one) => ({ address: canonical(one.address), device: one.interface ?? instance.interface ?? "" })),
  )
  if (wanted.length === 0) return []
  return lookAt(addressesOf(d, scene), ["addressOutside"], (seen) =>
    wanted.map(({ address, device }) => {
      const own = seen.value.filter((a) => a.interface === device && familyOf(a.address) === familyOf(address))
      const networks = own.filter((a) => canonical(a.address) !== address && a.prefix < hostPrefix(a.address))
      if (networks.length === 0) return unseen("addressOutside", "interfaceUnknown", { node: d.node, interface: device })
      return wellOr(
        networks.some((a) => isInSubnet(address, a.address, a.prefix)),
        "addressOutside",
        () =>
          found("warn", "addressOutside", {
            params: { address, interface: device, node: d.node },
            of: address,
            evidence: [evidence(seen, ownText(networks))],
          }),
      )
    }),
  )
}

/** Multicast instances by what they recognise each other by; unicast ones hear their peers alone. */
const heardAs = (directors: readonly Director[]) =>
  directors.flatMap(({ instances }) =>
    instances
      .filter(({ routerId, unicastPeers = [] }) => routerId !== undefined && unicastPeers.length === 0)
      .map(({ name, interface: device = "", routerId, addresses = [] }) => ({
        name,
        key: `${device} ${routerId} ${familyOf(addresses[0]?.address ?? "") ?? "inet"}`,
        device,
        id: String(routerId),
      })),
  )
function clashes(scene: DoctorScene): readonly Look[] {
  const own = heardAs(scene.model.directors)
  return scene.others.flatMap((other) =>
    heardAs(other.model.directors).flatMap((theirs) => {
      const mine = own.find(({ key }) => key === theirs.key)
      if (!mine) return []
      const text = `${mine.name}, ${other.name}: ${theirs.name}: virtual_router_id ${mine.id}, interface ${mine.device}`
      return [
        found("warn", "vridClash", {
          params: { id: mine.id, interface: mine.device, other: other.name },
          of: mine.name,
          evidence: [ofDocument(scene, text)],
        }),
      ]
    }),
  )
}

const serviceCodes = ["keepalivedMissing", "keepalivedStopped", "notAtBoot"] as const
function daemon(scene: DoctorScene, d: DoctorDirector): readonly Look[] {
  if (scene.engine !== "keepalived") return []
  const isAnotherUp = scene.directors.some((other) => other !== d && seenOf(serviceOf(other, scene))?.value.active === "active")
  return lookAt(serviceOf(d, scene), serviceCodes, (seen) => {
    const { isInstalled, active, isEnabled } = seen.value
    const told = { params: { node: d.node, state: active }, of: d.node }
    if (!isInstalled)
      return [
        found("bad", "keepalivedMissing", {
          ...told,
          evidence: [evidence(seen, "-")],
          commands: [{ node: d.node, command: "apt-get install keepalived" }],
        }),
      ]
    const isUp = ["active", "activating", "reloading"].includes(active)
    const stopped = () =>
      found(isAnotherUp ? "warn" : "bad", "keepalivedStopped", {
        ...told,
        evidence: [evidence(seen, active)],
        fix: { kind: "start", node: d.node },
      })
    const notAtBoot = () =>
      found("warn", "notAtBoot", {
        ...told,
        evidence: [evidence(seen, "disabled")],
        commands: [{ node: d.node, command: "systemctl enable keepalived" }],
      })
    return [
      well("keepalivedMissing"),
      active === "unknown" ? unseen("keepalivedStopped", "stateUnknown", { node: d.node }) : wellOr(isUp, "keepalivedStopped", stopped),
      wellOr(isEnabled, "notAtBoot", notAtBoot),
    ]
  })
}
const drifted = (scene: DoctorScene): readonly Look[] =>
  scene.drift.map(({ node, changes, atMs }) => {
    if (changes === null) return unseen("fileDiffers", "driftUnknown", { node })
    const text = changes.map(({ what, of, field, from, to }) => `${what} ${of}${field ? ` ${field}: ${to ?? "-"} (${from ?? "-"})` : ""}`)
    const told = { node, from: "/etc/keepalived/keepalived.conf", text: text.slice(0, 8).join("; "), atMs }
    return wellOr(changes.length === 0, "fileDiffers", () =>
      found("warn", "fileDiffers", { params: { node, n: String(changes.length) }, of: node, evidence: [told], fix: { kind: "apply" } }),
    )
  })

/** Who has the addresses, and whether what moves them runs. */
export const directorLooks = (scene: DoctorScene): readonly Look[] => [
  ...holding(scene),
  ...scene.directors.flatMap((d, i) => [...outside(scene, d, i), ...daemon(scene, d)]),
  ...clashes(scene),
  ...drifted(scene),
]
