import { is } from "./checks"
import { bad, type Codec, flag, good, placed, presence, seconds, text, whole, withOptions } from "./codec"
import type { BlockSpec, Entry } from "./spec"
import { gratuitous } from "./vrrp"

const daemon = withOptions(placed(["interface", text]), {
  inst: ["instance", text],
  id: ["id", whole],
  maxlen: ["maxlen", whole],
  port: ["port", whole],
  ttl: ["ttl", whole],
  group: ["group", text],
})
const options = ["inst", "id", "maxlen", "port", "ttl", "group"]
/** `IF [INSTANCE] [id N] …`, also as `inst INSTANCE`; written without `inst`, as every version reads it. */
const syncDaemon: Codec = {
  read: (words) => {
    const [, second] = words
    const isOld = second !== undefined && !options.includes(second)
    const old = isOld && /^\d+$/.test(words[2] ?? "") ? [words[0] ?? "", "inst", second, "id", ...words.slice(2)] : undefined
    const read = daemon.read(old ?? (isOld ? [words[0] ?? "", "inst", ...words.slice(1)] : words))
    return read.ok ? { ...read, used: words.length } : read
  },
  write: (value) => daemon.write(value)?.replace(/^(\S+) inst /, "$1 "),
}
const timeouts = withOptions(
  { read: () => good({}, 0), write: () => "" },
  { tcp: ["tcp", whole], tcpfin: ["tcpfin", whole], udp: ["udp", whole] },
)
const email: Codec = { read: (words) => (words.length === 1 ? text.read(words) : bad("one address in a line")), write: text.write }
const global: BlockSpec = {
  entries: {
    router_id: is("routerId", text),
    notification_email: { kind: "lines", field: "notificationEmails", codec: email },
    notification_email_from: is("notificationFrom", text),
    smtp_server: is("smtpServer", placed(["address", text], ["port", whole])),
    smtp_connect_timeout: is("smtpConnectTimeout", seconds),
    enable_script_security: is("enableScriptSecurity", presence),
    script_user: is("scriptUser", placed(["user", text], ["group", text])),
    lvs_sync_daemon: is("syncDaemon", syncDaemon),
    lvs_timeouts: is("timeouts", timeouts),
    lvs_flush: is("flush", presence),
    vrrp_version: is("vrrpVersion", whole),
    ...Object.fromEntries(Object.entries(gratuitous).map(([word, entry]): [string, Entry] => [`vrrp_${word}`, entry])),
    vrrp_higher_prio_send_advert: is("higherPrioSendAdvert", flag),
    vrrp_lower_prio_no_advert: is("lowerPrioNoAdvert", flag),
    vrrp_skip_check_adv_addr: is("skipCheckAdvertAddress", flag),
    vrrp_strict: is("strict", presence),
    vrrp_startup_delay: is("startupDelay", seconds),
    checker_log_all_failures: is("checkerLogAllFailures", flag),
    dynamic_interfaces: is("dynamicInterfaces", presence),
    reload_check_config: is("reloadCheckConfig", presence),
  },
  known: new Set(
    `smtp_helo_name smtp_alert smtp_alert_vrrp smtp_alert_checker no_email_faults default_interface linkbeat_use_polling linkbeat_interfaces
    lvs_sync_daemon_stop lvs_flush_onstop lvs_netlink_cmd_rcv_bufs lvs_netlink_cmd_rcv_bufs_force lvs_netlink_monitor_rcv_bufs
    lvs_netlink_monitor_rcv_bufs_force vrrp_mcast_group4 vrrp_mcast_group6 vrrp_garp_interval vrrp_gna_interval vrrp_garp_extra_if
    vrrp_check_unicast_src vrrp_iptables vrrp_ipsets vrrp_delay_after_boot vrrp_notify_fifo vrrp_notify_fifo_script lvs_notify_fifo lvs_notify_fifo_script
    notify_fifo notify_fifo_script vrrp_notify_priority_changes vrrp_priority vrrp_no_swap vrrp_rt_priority vrrp_rlimit_rttime vrrp_rlimit_rtime
    vrrp_process_name vrrp_cpu_affinity vrrp_min_garp vrrp_down_timer_adverts vrrp_owner_ignore_adverts vrrp_rx_bufs_policy vrrp_rx_bufs_multiplier
    vrrp_netlink_cmd_rcv_bufs vrrp_netlink_cmd_rcv_bufs_force vrrp_netlink_monitor_rcv_bufs vrrp_netlink_monitor_rcv_bufs_force checker_priority
    checker_no_swap checker_rt_priority checker_rlimit_rttime checker_process_name checker_cpu_affinity bfd_priority bfd_no_swap bfd_rt_priority
    bfd_rlimit_rttime bfd_process_name bfd_cpu_affinity process_name process_names process_monitor_rcv_bufs process_monitor_rcv_bufs_force
    max_auto_priority min_auto_priority_delay allow_if_changes nftables nftables_priority nftables_counters nftables_ifindex enable_dbus
    dbus_service_name dbus_no_interface_name enable_snmp_vrrp enable_snmp_checker enable_snmp_rfc enable_snmp_rfcv2 enable_snmp_rfcv3 enable_snmp_keepalived
    enable_traps snmp_socket snmp_server disable_local_igmp config_save_dir data_use_instance child_wait_time umask shutdown_script startup_script
    startup_script_timeout shutdown_script_timeout reload_file reload_repeat reload_time_file reload_date_specific random_seed instance net_namespace
    net_namespace_ipvs namespace_with_ipsets use_pid_dir use_symlink_paths dynamic_interfaces interface_up_down_delays tmp_config_directory
    state_dump_file stats_dump_file json_version include_check`.split(/\s+/),
  ),
}
export const globalEntry: Entry = { kind: "block", field: "global", many: false, spec: () => global }
/** Blocks and statements of the top that the model does not have. */
export const knownAtTop: ReadonlySet<string> = new Set(
  `static_ipaddress static_routes static_rules track_group garp_group vrrp_track_process track_process vrrp_track_file track_file bfd_instance SSL
  linkbeat_interfaces interface_up_down_delays net_namespace net_namespace_ipvs instance use_pid_dir nftables static_nftables`.split(/\s+/),
)
