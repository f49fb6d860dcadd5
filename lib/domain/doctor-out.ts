import type { RealServer, VirtualServer } from "./balancer"
import { canonical, withPort } from "./balancer-address"
import { weightOf } from "./balancer-fit"
import type { Check } from "./balancer-health"
import type { LiveService } from "./balancer-live"
import { keyOf } from "./balancer-rules-service"
import {
  type DoctorScene,
  evidence,
  found,
  kernelPort,
  type Look,
  liveOf,
  methodOf,
  optionOf,
  type Seen,
  unseen,
  well,
} from "./doctor-scene"

/** A check of a real server that is out, carried out once on the director that serves. */
export type DoctorTrial = {
  readonly node: string
  readonly service: string
  readonly real: string
  readonly verdict: "pass" | "fail" | "unknown"
  /** As a person would type it. */
  readonly command: string
  readonly text: string
  readonly atMs: number
}
/** keepalived looks again after so long where nothing is said, s. */
const DELAY_LOOP = 60
/** As the kernel names it. */
export const nameOf = (server: VirtualServer, real: RealServer): string => withPort(canonical(real.address), kernelPort(server, real))
/** Anybody may look at the doctor's page, and a misc check is a program. */
export const isTriable = ({ kind }: Check): boolean => kind !== "misc"

/** Those of a virtual server that are wanted, have a check, and are sent nothing. */
function outOf(server: VirtualServer, live: LiveService): readonly RealServer[] {
  const used = new Set(live.realServers.flatMap((one) => (one.weight > 0 ? [withPort(canonical(one.address), one.port)] : [])))
  return server.realServers.filter((real) => real.checks.length > 0 && weightOf(real) > 0 && !used.has(nameOf(server, real)))
}
export type Out = { readonly node: string; readonly server: VirtualServer; readonly real: RealServer }
/** Whose checks are worth a try, on which director. */
export const outReals = (scene: DoctorScene): readonly Out[] =>
  scene.engine === "keepalived"
    ? scene.model.virtualServers.flatMap((server) => {
        const live = liveOf(scene, server)
        return live ? outOf(server, live.value).map((real) => ({ node: live.node, server, real })) : []
      })
    : []

const flags = { nat: "-m", direct: "-g", tunnel: "-i" } as const
function looksAt(scene: DoctorScene, server: VirtualServer, live: Seen<LiveService>, real: RealServer): readonly Look[] {
  const [service, name] = [keyOf(server.service), nameOf(server, real)]
  const tried = (scene.trials ?? []).filter((one) => one.node === live.node && one.service === service && one.real === name)
  const told = { params: { node: live.node, service, server: name }, of: service }
  const said = (list: readonly DoctorTrial[]) =>
    list.map(({ node, command, text, atMs }) => evidence({ node, from: command, atMs }, text || "-"))
  const failed = tried.filter(({ verdict }) => verdict === "fail")
  if (failed.length > 0) return [found("warn", "checkFails", { ...told, evidence: said(failed) })]
  const passed = tried.filter(({ verdict }) => verdict === "pass")
  // Where one of them is not known, that one may have it out.
  if (passed.length < real.checks.length) return [unseen("checkFails", "checkNotTried", { server: name })]
  const seconds = String(real.delayLoop ?? server.delayLoop ?? DELAY_LOOP)
  const words = `${optionOf(live.value)} -r ${name} ${flags[methodOf(server, real)]} -w ${weightOf(real)}`
  const isThere = live.value.realServers.some((one) => withPort(canonical(one.address), one.port) === name)
  return [
    found("warn", "outThough", {
      ...{ ...told, params: { ...told.params, seconds }, evidence: said(passed) },
      commands: [{ node: live.node, command: `ipvsadm ${isThere ? "-e" : "-a"} ${words}` }],
    }),
  ]
}
/** Why a real server is sent nothing: its check fails, in its own words; or it does not, and somebody else has it out. */
export function outLooks(scene: DoctorScene, server: VirtualServer, live: Seen<LiveService> | undefined): readonly Look[] {
  if (scene.engine !== "keepalived" || !live) return []
  const out = outOf(server, live.value)
  return out.length === 0 ? [well("checkFails"), well("outThough")] : out.flatMap((real) => looksAt(scene, server, live, real))
}
