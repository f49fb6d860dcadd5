import type { Balancer, Forwarding } from "../../lib/domain/balancer"
import type { Caution, ImportResult } from "../../lib/domain/balancer-import"
import { type Listed, type ListedMethod, parseIpvsList, type Variant } from "./parse-list"
import { importedTable, serviceOption, tooLong } from "./table"

const incomplete: Readonly<Partial<Record<Variant, string>>> = {
  stats: "This table counts packets and does not say the rules: ipvsadm -Ln has them.",
  rate: "This table has rates and does not say the rules: ipvsadm -Ln has them.",
  thresholds: "This table does not say weights and forwarding: ipvsadm -Ln has them.",
  persistent: "This table does not say the forwarding: ipvsadm -Ln has it.",
}
const forwardingOf = (method: ListedMethod | undefined): Forwarding => ({
  method: method === undefined || method === "local" ? "direct" : method,
})
function cautionsOf({ variant, services }: Listed): readonly Caution[] {
  const first = services.flatMap(({ servers }) => servers)[0]
  const local = services.flatMap(({ servers }) => servers.filter(({ method }) => method === "local"))
  const timed = services.filter(({ persistence }) => persistence.timeout !== undefined)
  const flagged = services.filter(({ scheduler }) => scheduler === "sh" || scheduler === "mh")
  return [
    ...(first ? [{ line: first.line, code: "thresholdsLost" as const, params: {} }] : []),
    ...local.map(({ line, address }) => ({ line, code: "localForwarding" as const, params: { server: address } })),
    ...(variant === "proc" ? timed.map(({ line }) => ({ line, code: "jiffies" as const, params: {} })) : []),
    ...(variant === "proc" ? flagged.map(({ line, scheduler = "" }) => ({ line, code: "flagsLost" as const, params: { scheduler } })) : []),
  ]
}
/** The model of a table that says the rules: `-Ln`, or /proc/net/ip_vs, whose destinations stand in reverse. */
export function importIpvsList(text: string, hz = 250): ImportResult {
  const long = tooLong(text)
  if (long) return long
  const listed = parseIpvsList(text, hz)
  const why = incomplete[listed.variant]
  if (why !== undefined) return { ok: false, error: { line: 1, code: "listIncomplete", text: why } }
  const virtuals = listed.services.map(({ servers, scheduler = "wlc", columns: _, ...service }) => ({
    ...service,
    scheduler,
    reals: (listed.variant === "proc" ? servers.toReversed() : servers).map(({ line, address, port, method, columns }) => ({
      line,
      address,
      port,
      forwarding: forwardingOf(method),
      weight: columns.weight ?? 1,
    })),
  }))
  const understood = listed.services.reduce((n, { servers }) => n + 1 + servers.length, 0)
  return importedTable(virtuals, { understood, notUnderstood: listed.notUnderstood, cautions: cautionsOf(listed) })
}

const keyOf = ({ service }: { readonly service: Parameters<typeof serviceOption>[0] }): string => serviceOption(service)
/** A model from `-S` or `-Ln` with the limits that only `-Ln --thresholds` says; 0 there is none. */
export function withThresholds(balancer: Balancer, listed: Listed): Balancer {
  const limits = new Map(
    listed.services.flatMap((one) =>
      one.servers.map((server) => [`${keyOf(one)} ${server.address} ${server.port}`, server.columns] as const),
    ),
  )
  const virtualServers = balancer.virtualServers.map((virtual) => ({
    ...virtual,
    realServers: virtual.realServers.map((real) => {
      const { uThreshold = 0, lThreshold = 0 } = limits.get(`${keyOf(virtual)} ${real.address} ${real.port ?? 0}`) ?? {}
      return {
        ...real,
        ...(uThreshold > 0 ? { upperThreshold: uThreshold } : {}),
        ...(lThreshold > 0 ? { lowerThreshold: lThreshold } : {}),
      }
    }),
  }))
  return { ...balancer, virtualServers }
}
