import { schedulerFlags } from "../../lib/domain/balancer"
import { familyOf } from "../../lib/domain/balancer-address"
import { checks, is, oldTiming, otherChecks, timing } from "./checks"
import { bad, type Codec, flag, good, isRecord, numberIn, oneOf, placed, presence, type Read, script, seconds, text, whole } from "./codec"
import type { BlockSpec, Entry } from "./spec"

type Fields = Readonly<Record<string, unknown>>
const methods = { NAT: "nat", DR: "direct", TUN: "tunnel" } as const
const types = ["ipip", "gue", "gre"]
const checksums = ["nocsum", "csum", "remcsum"]

/** `type TYPE [port N] [nocsum|csum|remcsum]`, in any order. */
function tunnelIn(words: readonly string[]): Read {
  let tunnel: Fields = { type: "ipip" }
  let at = 0
  while (at < words.length) {
    const [word = "", next = ""] = words.slice(at, at + 2)
    if (word === "type" && types.includes(next)) tunnel = { ...tunnel, type: next }
    else if (word === "port" && numberIn(next) !== undefined) tunnel = { ...tunnel, port: numberIn(next) }
    else if (checksums.includes(word)) tunnel = { ...tunnel, checksum: word }
    else return bad(`${word} ${next}`.trim().concat(" is no option of a tunnel"))
    at += checksums.includes(word) ? 1 : 2
  }
  return good(tunnel, words.length)
}
const forwarding: Codec = {
  read: ([word = "", ...rest]) => {
    const method = word === "NAT" || word === "DR" || word === "TUN" ? methods[word] : undefined
    if (!method) return bad(`${word} is none of NAT, DR, TUN`)
    if (method !== "tunnel" || rest.length === 0) return good({ method })
    const tunnel = tunnelIn(rest)
    return tunnel.ok ? good({ method, tunnel: tunnel.value }, rest.length + 1) : tunnel
  },
  write: (value) => {
    if (!isRecord(value)) return undefined
    const word = Object.entries(methods).find(([, method]) => method === value.method)?.[0] ?? ""
    if (!isRecord(value.tunnel)) return word
    const { type, port, checksum } = value.tunnel
    return [word, "type", type, ...(port === undefined ? [] : ["port", port]), ...(checksum === undefined ? [] : [checksum])].join(" ")
  },
}
const service: Codec = {
  read: ([word, next, ...rest]) => {
    if (word === undefined) return bad("an address, fwmark or group is missing")
    if (word === "group")
      return next === undefined ? bad("the name of the group is missing") : good({ service: { kind: "group", group: next } }, 2)
    if (word === "fwmark") {
      const mark = numberIn(next)
      return mark === undefined || rest.length > 0
        ? bad(`${[next, ...rest].join(" ")} is no firewall mark`)
        : good({ service: { kind: "mark", mark } }, 2)
    }
    if (next === undefined) return good({ service: { kind: "address", address: word } })
    const port = numberIn(next)
    return port === undefined ? bad(`${next} is no port`) : good({ service: { kind: "address", address: word, port } }, 2)
  },
  write: (fields) => {
    const value = isRecord(fields) && isRecord(fields.service) ? fields.service : {}
    if (value.kind === "mark") return `fwmark ${String(value.mark)}`
    if (value.kind === "group") return `group ${text.write(value.group)}`
    return value.port === undefined ? String(value.address) : `${String(value.address)} ${String(value.port)}`
  },
}
const inherited: Readonly<Record<string, Entry>> = {
  ...timing,
  connect_timeout: is("connectTimeout", seconds),
  inhibit_on_failure: is("inhibitOnFailure", flag),
  virtualhost: is("virtualHost", text),
  smtp_alert: is("smtpAlert", flag),
  snmp_name: is("snmpName", text),
}
const old = { ...oldTiming, lb_algo: "lvs_sched", lb_kind: "lvs_method", lvs_scheduler: "lvs_sched" }
const name: Codec = {
  read: ([said]) => (said === undefined ? bad("a name is missing") : good(said)),
  write: (value) =>
    String(value)
      .replace(/[\r\n]+/g, " ")
      .trim(),
}
const realServer: BlockSpec = {
  entries: {
    "# name:": is("name", name),
    weight: is("weight", whole),
    lvs_method: is("forwarding", forwarding),
    uthreshold: is("upperThreshold", whole),
    lthreshold: is("lowerThreshold", whole),
    ...inherited,
    notify_up: is("notifyUp", script),
    notify_down: is("notifyDown", script),
    ...checks,
  },
  also: old,
  known: new Set(otherChecks),
}
const match: Codec = {
  read: ([protocol = "", address = "", ports = ""]) => {
    const [, from = "", to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(ports) ?? []
    if (!/^(?:tcp|udp|sctp)$/.test(protocol) || !familyOf(address) || from === "") return bad("a match is PROTOCOL ADDRESS PORT[-PORT]")
    return good({ protocol, address, from: Number(from), to: Number(to) }, 3)
  },
  write: (value) => {
    if (!isRecord(value)) return undefined
    const { protocol, address, from, to } = value
    return `${String(protocol)} ${String(address)} ${String(from)}${from === to ? "" : `-${String(to)}`}`
  },
}
/** Which of the statements are the service's own in the model. */
const nested = { protocol: ["address", "group"], family: ["mark"], match: ["mark"] } as const

const virtualServer: BlockSpec = {
  entries: {
    "# name:": is("name", name),
    "# match:": { kind: "each", field: "match", codec: match },
    ip_family: is("family", oneOf({ inet: "inet", inet6: "inet6" })),
    lvs_sched: is("scheduler", text),
    ...Object.fromEntries(
      schedulerFlags.map((word): [string, Entry] => [word, { kind: "member", field: "schedulerFlags", order: schedulerFlags }]),
    ),
    ops: is("onePacket", presence),
    lvs_method: is("forwarding", forwarding),
    persistence_engine: is("persistenceEngine", text),
    persistence_timeout: is("persistenceTimeout", { ...whole, read: (words) => (words.length === 0 ? good(360, 0) : whole.read(words)) }),
    persistence_granularity: is("persistenceMask", text),
    protocol: is("protocol", oneOf({ TCP: "tcp", UDP: "udp", SCTP: "sctp" })),
    ha_suspend: is("haSuspend", presence),
    ...inherited,
    omega: is("omega", presence),
    quorum: is("quorum", whole),
    hysteresis: is("hysteresis", whole),
    quorum_up: is("quorumUp", script),
    quorum_down: is("quorumDown", script),
    sorry_server: is("sorryServer", placed(["address", text], ["port", whole])),
    sorry_server_inhibit: is("sorryInhibit", presence),
    sorry_server_lvs_method: is("sorryForwarding", forwarding),
    real_server: {
      kind: "block",
      field: "realServers",
      many: true,
      head: placed(["address", text], ["port", whole]),
      spec: () => realServer,
    },
  },
  also: old,
  known: new Set(["log_all_failures"]),
  finish: (fields, drop) => {
    const service = isRecord(fields.service) ? fields.service : {}
    const kind = String(service.kind)
    const own = Object.entries(nested).filter(([field, kinds]) => fields[field] !== undefined && kinds.some((one) => one === kind))
    for (const [field, kinds] of Object.entries(nested))
      if (fields[field] !== undefined && !kinds.some((one) => one === kind))
        drop(field, `it means nothing to a service by ${kind}, and keepalived ignores it`)
    const rest = Object.fromEntries(Object.entries(fields).filter(([field]) => !Object.hasOwn(nested, field)))
    return {
      scheduler: "wlc",
      forwarding: { method: "nat" },
      ...rest,
      service: { ...service, ...Object.fromEntries(own.map(([field]) => [field, fields[field]])) },
    }
  },
  flat: (fields) => {
    const service = isRecord(fields.service) ? fields.service : {}
    return { ...fields, ...Object.fromEntries(Object.keys(nested).map((field) => [field, service[field]])) }
  },
}
export const virtualServers: Entry = { kind: "block", field: "virtualServers", many: true, head: service, spec: () => virtualServer }
