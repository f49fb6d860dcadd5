import type { RealServer, VirtualServer } from "./balancer"
import type { LiveService } from "./balancer-live"

/** What keepalived may make of a real server by itself: any other difference between its file and the table is somebody's. */

/** What is kept word for word may be a check too (BFD_CHECK, FILE_CHECK), and say a weight; a comment is none. */
const isKept = ({ kept }: RealServer): boolean => kept.some(({ text }) => !/^\s*[#!]/.test(text))
const isChecked = (real: RealServer): boolean => real.checks.length > 0 || isKept(real)
/** Its check says the weight (misc_dynamic). */
const isDynamic = (real: RealServer): boolean =>
  isKept(real) || real.checks.some((check) => check.kind === "misc" && check.dynamic === true)
const isInhibited = (server: VirtualServer, real: RealServer): boolean => (real.inhibitOnFailure ?? server.inhibitOnFailure) === true
/** One without a check is always there, unless those who apologise are instead of all. */
export const mayBeOut = (real: RealServer, isSorry: boolean): boolean => isChecked(real) || isSorry
export const weightOf = ({ weight }: RealServer): number => weight ?? 1
/** Weight 0 is how one that is inhibited is taken out: by its check (network.md §0 F12), and with all others where the quorum is lost. */
export const isWeightFit = (server: VirtualServer, real: RealServer, weight: number, isSorry: boolean): boolean =>
  weight === weightOf(real) || isDynamic(real) || (weight === 0 && isInhibited(server, real) && mayBeOut(real, isSorry))

/** The kernel's service by its key. A mark of IPv6 whose real servers are all out says no family: it is told from them. */
export function liveIn(services: ReadonlyMap<string, LiveService>, key: string): LiveService | undefined {
  const found = services.get(key)
  if (found || !key.startsWith("fwmark ") || !key.endsWith(" inet6")) return found
  const bare = services.get(key.replace(/ inet6$/, ""))
  return bare?.realServers.length === 0 ? bare : undefined
}
