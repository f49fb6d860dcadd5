import type { RealServer, VirtualServer } from "./balancer"

/** What keepalived may make of a real server by itself: any other difference between its file and the table is somebody's. */

/** A check can take it out; what is kept word for word may be one too (BFD, a tracked file). */
const isChecked = ({ checks, kept }: RealServer): boolean => checks.length > 0 || kept.length > 0
/** Its check says the weight (misc_dynamic). */
export const isDynamic = ({ checks }: RealServer): boolean => checks.some((check) => check.kind === "misc" && check.dynamic === true)
/** Weight 0 is how a check takes out one that is inhibited (network.md §0 F12). */
export const mayBeZero = (server: VirtualServer, real: RealServer): boolean =>
  isChecked(real) && ((real.inhibitOnFailure ?? server.inhibitOnFailure) === true || real.kept.length > 0)
/** One without a check is always there, unless those who apologise are instead of all. */
export const mayBeOut = (real: RealServer, isSorry: boolean): boolean => isChecked(real) || isSorry
export const weightOf = ({ weight }: RealServer): number => weight ?? 1
export const isWeightFit = (server: VirtualServer, real: RealServer, weight: number): boolean =>
  weight === weightOf(real) || isDynamic(real) || (weight === 0 && mayBeZero(server, real))
