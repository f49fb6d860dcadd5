import type { Balancer, RealServer, VirtualServer } from "../../lib/domain/balancer"
import { canonical } from "../../lib/domain/balancer-address"
import type { SimHost } from "../contract"
import { type SimService, simServices } from "../ipvs-sim"
import { FILE, FOLDER } from "./facts"
import { parseKeepalived } from "./parse"

/** What `include` may bring: the other files of the folder. */
export const filesOf = ({ disk }: SimHost): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...disk].flatMap(([path, text]) =>
      path.startsWith(`${FOLDER}/`) && path !== FILE && !path.includes(".moyai-") ? [[path.slice(FOLDER.length + 1), text]] : [],
    ),
  )
const devices = new Set(["eth0", "lo"])
/** As `keepalived -t` says it; nothing for a good file. */
export function complaint(host: SimHost, text: string): string {
  const read = parseKeepalived(text, filesOf(host))
  if (!read.ok) return `(keepalived.conf: Line ${read.error.line}) ${read.error.text}\n`
  const { balancer, notUnderstood } = read.value
  const strange = notUnderstood.map(
    ({ line, text: said }) => `(keepalived.conf: Line ${line}) Unknown keyword '${said.trim().split(/\s/)[0]}'\n`,
  )
  const absent = balancer.directors
    .flatMap(({ instances }) => instances)
    .filter((one) => one.interface !== undefined && !devices.has(one.interface))
    .map((one) => `(${one.name}) WARNING - interface ${one.interface} for vrrp_instance ${one.name} doesn't exist\n`)
  return [...strange, ...absent].join("")
}
/** A machine that cannot be seen answers no check; one without checks is taken as well. */
const passes = (host: SimHost, real: RealServer): boolean =>
  real.checks.length === 0 ||
  [...host.addresses].some((one) => one.startsWith(`${real.address}/`)) ||
  (host.sees?.(canonical(real.address)) ?? true)
export function servicesNow(host: SimHost, { directors: [director] }: Balancer, server: VirtualServer): readonly SimService[] {
  const inNow = server.realServers.flatMap((real): readonly RealServer[] => {
    if (passes(host, real)) return [real]
    return (real.inhibitOnFailure ?? server.inhibitOnFailure) ? [{ ...real, weight: 0 }] : []
  })
  const weight = inNow.reduce((sum, one) => sum + (one.weight ?? 1), 0)
  const { sorryServer: sorry, sorryForwarding } = server
  const isSorry = sorry !== undefined && weight < (server.quorum ?? 1)
  const reals: readonly RealServer[] = isSorry
    ? [{ ...sorry, weight: 1, checks: [], kept: [], ...(sorryForwarding ? { forwarding: sorryForwarding } : {}) }]
    : inNow
  return simServices({ ...server, realServers: reals }, director)
}

function fileLines(name: string, text: string): string {
  const isEnded = text.endsWith("\n")
  const lines = text === "" ? "" : `${text.replace(/\n$/, "").replace(/^/gm, "|")}\n`
  return `file ${name}\n${lines}${isEnded || text === "" ? "\n" : ""}`
}
/** What `readConfig`'s script prints. */
export function configText(host: SimHost): string {
  const text = host.disk.get(FILE)
  const all = text === undefined ? [] : [["keepalived.conf", text] as const, ...Object.entries(filesOf(host))]
  return `${all.map(([name, one]) => fileLines(name, one)).join("")}moyai.end\n`
}
const familyWord = (address: string): string => (address.includes(":") ? "inet6" : "inet")
/** `ip -o addr`. */
export const addressLines = (host: SimHost): string =>
  [
    "1: lo    inet 127.0.0.1/8 scope host lo",
    ...[...host.addresses].map((one) => `2: eth0    ${familyWord(one)} ${one} scope global eth0`),
  ].join("\n")
