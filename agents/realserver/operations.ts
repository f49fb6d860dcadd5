import { z } from "zod"
import { isLoopback } from "../../lib/domain/balancer-address"
import type { RealServerState } from "../../lib/domain/balancer-live"
import { sh } from "../../lib/node/sh"
import { defineOperation } from "../contract"
import { realServerState } from "./facts"
import {
  Held,
  holdsLine,
  hostPrefix,
  interfacesFile,
  interfacesText,
  isV6,
  labelOf,
  NFT_FILE,
  Redirected,
  ruleMark,
  SYSCTL_FILE,
} from "./schema"
import { HOLD, QUIET, REDIRECT, RELEASE, UNREDIRECT } from "./scripts"

/** Half a second on a machine that has nothing else to do. */
const TIMEOUT_MS = 60_000
const own = { timeoutMs: () => TIMEOUT_MS, fact: () => realServerState }

/** Now, and at the next boot. */
export const isQuiet = ({ arp, files }: RealServerState): boolean =>
  (arp.all?.ignore ?? 0) >= 1 && (arp.all?.announce ?? 0) >= 2 && files[SYSCTL_FILE] !== undefined
/** Before any address: it would answer ARP for the director's at once. */
export const quiet = defineOperation({
  ...own,
  name: "quiet",
  params: z.strictObject({}),
  sentence: () => ({ code: "realServerQuiet", params: {} }),
  command: () => sh`sh -c ${QUIET} moyai-quiet ${SYSCTL_FILE}`,
  settled: isQuiet,
})

const onLo = ({ addresses }: RealServerState, address: string) => addresses.filter((a) => a.interface === "lo" && a.address === address)
export const hold = defineOperation({
  ...own,
  name: "hold",
  params: Held,
  sentence: ({ address }) => ({ code: "realServerHold", params: { address: `${address}/${hostPrefix(address)}` } }),
  command: ({ address }) =>
    sh`sh -c ${HOLD} moyai-hold ${SYSCTL_FILE} ${address} ${hostPrefix(address)} ${isV6(address) ? "" : labelOf(address)} ${interfacesFile(address)} ${interfacesText(address)}`,
  settled: (state, { address }) => {
    const held = onLo(state, address)
    const isKept = state.persistence === "none" || state.files[interfacesFile(address)] !== undefined
    return held.length > 0 && held.every(({ prefix }) => prefix === hostPrefix(address)) && isKept
  },
})
/** Also takes what somebody else has put there: the address goes from lo, whatever its mask. */
export const release = defineOperation({
  ...own,
  name: "release",
  params: Held,
  sentence: ({ address }) => ({ code: "realServerRelease", params: { address } }),
  command: ({ address }) => sh`sh -c ${RELEASE} moyai-release ${SYSCTL_FILE} ${address} ${interfacesFile(address)}`,
  settled: (state, { address }) => {
    const lines = state.files[SYSCTL_FILE]?.split("\n")
    const isAnother = (a: RealServerState["addresses"][number]) => a.interface === "lo" && !isLoopback(a.address) && !isV6(a.address)
    const others = state.addresses.some(isAnother) || lines?.some((line) => line.startsWith("# holds "))
    const isForOthers = !lines || (!lines.includes(holdsLine(address)) && others === true)
    return onLo(state, address).length === 0 && state.files[interfacesFile(address)] === undefined && isForOthers
  },
})

const isRedirected = ({ filter }: RealServerState, rule: Redirected): boolean => !!filter?.includes(`comment "${ruleMark(rule)}"`)
const words = (rule: Redirected) => [NFT_FILE, rule.address, rule.protocol, rule.port, ruleMark(rule)]
const paramsOf = ({ address, protocol, port }: Redirected) => ({ address, protocol, port: String(port) })
/** The other way to be a real server: no address at all, so nothing that ARP could tell. */
export const redirect = defineOperation({
  ...own,
  name: "redirect",
  params: Redirected,
  sentence: (rule) => ({ code: "realServerRedirect", params: paramsOf(rule) }),
  command: (rule) => sh`sh -c ${REDIRECT} moyai-redirect ${words(rule)}`,
  settled: isRedirected,
})
export const unredirect = defineOperation({
  ...own,
  name: "unredirect",
  params: Redirected,
  sentence: (rule) => ({ code: "realServerUnredirect", params: paramsOf(rule) }),
  command: (rule) => sh`sh -c ${UNREDIRECT} moyai-unredirect ${words(rule)}`,
  settled: (state, rule) => state.filter !== null && !isRedirected(state, rule),
})
