import { canonical, familyOf } from "./balancer-address"
import type { RealServerState } from "./balancer-live"
import {
  allVips,
  type DoctorScene,
  evidence,
  found,
  type Look,
  type Seen,
  seenOf,
  sight,
  stateOf,
  unseen,
  well,
  wellOr,
} from "./doctor-scene"

const codes = ["arpTwo", "arpWrong", "arpNobody"] as const
/** Somebody asked when a person wanted to know: longer ago it says nothing of now. */
const OLD_MS = 120_000
/** Addresses that are named one by one. */
const SHOWN = 8
/** VRRP's own MAC, of `use_vmac`: that of whoever is master. */
const isVirtual = (mac: string): boolean => mac.startsWith("00:00:5e:00:01:") || mac.startsWith("00:00:5e:00:02:")
const macsOf = (all: readonly Seen<RealServerState>[]): ReadonlyMap<string, string> =>
  new Map(
    all.flatMap(({ node, value }) =>
      value.addresses.flatMap(({ mac }): readonly (readonly [string, string])[] => (mac === null ? [] : [[mac.toLowerCase(), node]])),
    ),
  )
type Answer = DoctorScene["arp"][number]
type Machines = { readonly directors: ReadonlyMap<string, string>; readonly reals: ReadonlyMap<string, string>; readonly isWhole: boolean }

function judge({ asker, address, from, atMs, macs: all }: Answer, { directors, reals, isWhole }: Machines): readonly Look[] {
  const macs = [...new Set(all.map((mac) => mac.toLowerCase()))]
  const named = macs.map((mac) => [mac, directors.get(mac) ?? reals.get(mac)] as const)
  const machines = named.map(([mac, node]) => (node ? `${node} (${mac})` : mac)).join(", ")
  const loud = macs.flatMap((mac) => (directors.has(mac) ? [] : (reals.get(mac) ?? [])))
  const fix = loud[0] === undefined ? null : ({ kind: "prepare", node: loud[0], method: "loopback" } as const)
  const told = { params: { address, machines, asker }, of: address, evidence: [evidence({ node: asker, from, atMs }, machines || "-")] }
  if (macs.length === 0) return [well("arpTwo"), found("bad", "arpNobody", told)]
  if (macs.length > 1) return [well("arpNobody"), found("bad", "arpTwo", { ...told, fix })]
  const isRight = macs.every((mac) => directors.has(mac) || isVirtual(mac))
  // A machine that nobody knows may be a director that was not looked at.
  const isKnown = isRight || loud.length > 0 || isWhole
  return [
    well("arpTwo"),
    well("arpNobody"),
    isKnown
      ? wellOr(isRight, "arpWrong", () => found("bad", "arpWrong", { ...told, fix }))
      : unseen("arpWrong", "machineUnknown", { address, mac: machines }),
  ]
}
/** Who really answers ARP for a service address, asked of a third machine: exactly one may, and it is a director. */
export function arpLooks(scene: DoctorScene): readonly Look[] {
  const directors = scene.directors.map((d) => seenOf(stateOf(d, scene)))
  const reals = scene.realServers.flatMap(({ node, state }) => (node === null ? [] : (seenOf(sight(state, node, "", scene)) ?? [])))
  const machines: Machines = {
    directors: macsOf(directors.flatMap((one) => one ?? [])),
    reals: macsOf(reals),
    isWhole: directors.length > 0 && directors.every((one) => one !== undefined),
  }
  const vips = allVips(scene.model).filter((vip) => familyOf(vip) === "inet")
  const answersFor = (vip: string) => scene.arp.filter(({ address }) => canonical(address) === vip)
  const unasked = vips.filter((vip) => answersFor(vip).length === 0)
  const shown = unasked.length > SHOWN ? [...unasked.slice(0, SHOWN), "…"] : unasked
  return [
    ...(unasked.length > 0 ? codes.map((code) => unseen(code, "arpNotAsked", { address: shown.join(", ") })) : []),
    ...vips.flatMap(answersFor).flatMap((answer): readonly Look[] => {
      const ageMs = Math.abs(scene.nowMs - answer.atMs) // often asked after the rest was seen
      const params = { node: answer.asker, fact: "arping", seconds: String(Math.round(ageMs / 1_000)) }
      return ageMs > OLD_MS ? codes.map((code) => unseen(code, "factOld", params)) : judge(answer, machines)
    }),
  ]
}
