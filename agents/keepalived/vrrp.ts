import { is } from "./checks"
import {
  bad,
  type Codec,
  flag,
  good,
  isRecord,
  numberIn,
  oneOf,
  placed,
  presence,
  script,
  seconds,
  text,
  whole,
  withOptions,
} from "./codec"
import type { BlockSpec, Entry } from "./spec"

const named = placed(["name", text])
const runAs = placed(["user", text], ["group", text])
export const gratuitous: Readonly<Record<string, Entry>> = {
  garp_master_delay: is("garpMasterDelay", whole),
  garp_master_repeat: is("garpMasterRepeat", whole),
  garp_master_refresh: is("garpMasterRefresh", whole),
  garp_master_refresh_repeat: is("garpMasterRefreshRepeat", whole),
  garp_lower_prio_delay: is("garpLowerPrioDelay", whole),
  garp_lower_prio_repeat: is("garpLowerPrioRepeat", whole),
}
const notifies: Readonly<Record<string, Entry>> = {
  notify_master: is("notifyMaster", script),
  notify_backup: is("notifyBackup", script),
  notify_fault: is("notifyFault", script),
  notify_stop: is("notifyStop", script),
  notify: is("notify", script),
  smtp_alert: is("smtpAlert", flag),
}
const tracked = withOptions(placed(["name", text]), { weight: ["weight", whole], reverse: ["reverse", presence] })
const lines = (field: string, codec: Codec): Entry => ({ kind: "lines", field, codec })
const valued = ["dev", "label", "brd", "broadcast", "peer", "scope", "preferred_lft"]
const bare = ["home", "-nodad", "mngtmpaddr", "noprefixroute", "autojoin", "no_track", "track_group", "use_vmac"]

/** `WORD VALUE` or a word alone, each with what belongs to it; undefined where one is unknown. */
function pairsIn(words: readonly string[]): readonly (readonly string[])[] | undefined {
  const pairs: (readonly string[])[] = []
  for (let at = 0; at < words.length; at += pairs.at(-1)?.length ?? 1) {
    const length = bare.includes(words[at] ?? "") ? 1 : 2
    if (at + length > words.length || (length === 2 && !valued.includes(words[at] ?? ""))) return undefined
    pairs.push(words.slice(at, at + length))
  }
  return pairs
}
/** `IP[/LEN] [dev IF] [label IF:x] …`; other words of `ip address add` as they stand. */
const vip: Codec = {
  read: ([first = "", ...rest]) => {
    const [, address, prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(first) ?? []
    if (address === undefined) return bad(`${first} is no address`)
    const pairs = pairsIn(rest)
    if (!pairs) return bad(`${rest.join(" ")} is more than ip address add takes`)
    const said = (word: string) => pairs.findLast(([one]) => one === word)?.[1]
    const [dev, label] = [said("dev"), said("label")]
    const options = pairs.filter(([word]) => word !== "dev" && word !== "label").flat()
    const value = {
      address,
      ...(prefix === undefined ? {} : { prefix: Number(prefix) }),
      ...(dev === undefined ? {} : { interface: dev }),
      ...(label === undefined ? {} : { label }),
      ...(options.length === 0 ? {} : { options }),
    }
    return good(value, rest.length + 1)
  },
  write: (value) => {
    if (!isRecord(value)) return undefined
    const { address, prefix, interface: dev, label, options } = value
    const words = [prefix === undefined ? address : `${String(address)}/${String(prefix)}`]
    if (dev !== undefined) words.push("dev", dev)
    if (label !== undefined) words.push("label", label)
    return [...words, ...(Array.isArray(options) ? options : [])].map(String).join(" ")
  },
}
const peer = withOptions(placed(["address", text]), { min_ttl: ["minTtl", whole], max_ttl: ["maxTtl", whole] })
const authentication: BlockSpec = { entries: { auth_type: is("type", text), auth_pass: is("password", text) }, known: new Set() }
const instance: BlockSpec = {
  entries: {
    state: is("state", oneOf({ MASTER: "MASTER", BACKUP: "BACKUP" })),
    interface: is("interface", text),
    virtual_router_id: is("routerId", whole),
    priority: is("priority", whole),
    advert_int: is("advertInterval", seconds),
    version: is("version", whole),
    nopreempt: is("nopreempt", presence),
    preempt_delay: is("preemptDelay", seconds),
    mcast_src_ip: is("multicastSource", text),
    unicast_src_ip: is("unicastSource", text),
    unicast_peer: lines("unicastPeers", peer),
    authentication: { kind: "block", field: "authentication", many: false, spec: () => authentication },
    ...gratuitous,
    higher_prio_send_advert: is("higherPrioSendAdvert", flag),
    lower_prio_no_advert: is("lowerPrioNoAdvert", flag),
    dont_track_primary: is("dontTrackPrimary", presence),
    track_interface: lines("trackInterfaces", tracked),
    track_script: lines("trackScripts", tracked),
    virtual_ipaddress: lines("addresses", vip),
    virtual_ipaddress_excluded: lines("excludedAddresses", vip),
    ...notifies,
  },
  known: new Set(
    `use_vmac use_vmac_addr vmac_xmit_base use_ipvlan native_ipv6 vrf track_file track_process track_bfd mcast_dst_ip track_src_ip
    check_unicast_src unicast_fault_no_peer unicast_ttl old_unicast_checksum garp_extra_if down_timer_adverts virtual_routes virtual_rules accept
    no_accept preempt strict_mode kernel_rx_buf_size debug notify_deleted notify_master_rx_lower_pri notify_priority_changes promote_secondaries
    skip_check_adv_addr linkbeat_use_polling lvs_sync_daemon_interface dont_track_primary auth_hmac virtual_nftables`.split(/\s+/),
  ),
}
const vrrpScript: BlockSpec = {
  entries: {
    script: is("script", script),
    interval: is("interval", seconds),
    timeout: is("timeout", seconds),
    weight: is("weight", withOptions(placed(["value", whole]), { reverse: ["reverse", presence] })),
    rise: is("rise", whole),
    fall: is("fall", whole),
    user: is("runAs", runAs),
    init_fail: is("initFail", presence),
  },
  known: new Set(["timeout"]),
}
const member: Codec = { read: (words) => (words.length === 1 ? text.read(words) : bad("one name in a line")), write: text.write }
const syncGroup: BlockSpec = {
  entries: {
    group: lines("members", member),
    track_interface: lines("trackInterfaces", tracked),
    track_script: lines("trackScripts", tracked),
    ...notifies,
  },
  known: new Set(["track_file", "track_process", "track_bfd", "global_tracking", "sync_group_tracking_weight", "notify_priority_changes"]),
}
/** `IP [PORT]`, a range of addresses with one, or a mark, line by line. */
const groupMember: Codec = {
  read: ([word = "", next, family]) => {
    if (word !== "fwmark") {
      const port = numberIn(next)
      if (next !== undefined && port === undefined) return bad(`${next} is no port`)
      return good({ addresses: word, ...(port === undefined ? {} : { port }) })
    }
    const mark = numberIn(next)
    if (mark === undefined || (family !== undefined && family !== "inet" && family !== "inet6"))
      return bad("a mark is fwmark NUMBER [inet|inet6]")
    return good({ mark, ...(family === undefined ? {} : { family }) })
  },
  write: (value) => {
    if (!isRecord(value)) return undefined
    const words = value.mark === undefined ? [value.addresses, value.port] : ["fwmark", value.mark, value.family]
    return words
      .filter((one) => one !== undefined)
      .map(String)
      .join(" ")
  },
}
/** A group's lines are its members. */
const group: BlockSpec = { entries: {}, known: new Set(), rest: { field: "members", codec: groupMember } }
const block = (field: string, spec: BlockSpec): Entry => ({ kind: "block", field, many: true, head: named, spec: () => spec })
export const vrrpEntries: Readonly<Record<string, Entry>> = {
  vrrp_script: block("scripts", vrrpScript),
  vrrp_sync_group: block("syncGroups", syncGroup),
  vrrp_instance: block("instances", instance),
}
export const groupEntry: Entry = block("groups", group)
