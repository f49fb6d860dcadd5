import type { Director } from "./balancer"
import { canonical, familyOf } from "./balancer-address"
import { hostPrefix, isInSubnet } from "./balancer-subnet"
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

/** Who has the address; on a link, for lo is what real servers use, unless nobody has it otherwise. */
function holdersOf(all: readonly Seen<readonly Own[]>[], address: string) {
  const having = all.filter(({ value }) => value.some((own) => canonical(own.address) === address))
  const onLink = having.filter(({ value }) => value.some((own) => canonical(own.address) === address && own.interface !== "lo"))
  return { having, onLink }
}
const held = ({ value }: Seen<readonly Own[]>, address: string) => ownText(value.filter((own) => canonical(own.address) === address))
function bothHold(address: string, holders: readonly Seen<readonly Own[]>[]): Look {
  const times = holders.map(({ atMs }) => atMs)
  if (Math.max(...times) - Math.min(...times) > APART_MS) return unseen("bothHold", "readApart", { address })
  return found("bad", "bothHold", {
    params: { address, nodes: holders.map(({ node }) => node).join(", ") },
    of: address,
    evidence: holders.map((one) => evidence(one, held(one, address))),
    commands: holders.map(({ node }) => ({ node, command: "journalctl -u keepalived -n 50 --no-pager" })),
  })
}
function holding(scene: DoctorScene): readonly Look[] {
  const sights = scene.directors.map((d) => addressesOf(d, scene))
  const seen = sights.flatMap((one) => seenOf(one) ?? [])
  const missing = sights.flatMap((one) => ("seen" in one ? [] : [one]))
  const stopped = scene.directors.find((d) => seenOf(serviceOf(d, scene))?.value.active === "inactive")
  return allVips(scene.model).flatMap((address): readonly Look[] => {
    const { having, onLink } = holdersOf(seen, address)
    const hidden = (code: string) => missing.map(({ reason, params }) => unseen(code, reason, params))
    const none = () =>
      found("bad", "noneHolds", {
        params: { address },
        of: address,
        evidence: seen.map((one) => evidence(one, ownText(one.value))),
        fix: stopped ? { kind: "start", node: stopped.node } : null,
      })
    return [
      ...(onLink.length > 1 ? [bothHold(address, onLink)] : missing.length > 0 ? hidden("bothHold") : [well("bothHold")]),
      ...(having.length > 0 ? [well("noneHolds")] : missing.length > 0 ? hidden("noneHolds") : [none()]),
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
    const { version, active, isEnabled } = seen.value
    const told = { params: { node: d.node, state: active }, of: d.node }
    if (version === null)
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
