/** What the panel makes of an attribute: it takes effect there, or it is known and only kept, or nobody knows it. */
export type Word = {
  readonly understood?: readonly string[]
  readonly verbatim?: readonly string[]
  /** Any other attribute is an agent's option, and goes to it as it is. */
  readonly takesOptions?: true
}
const logging: Word = {
  verbatim: [
    ...["to_syslog", "to_logfile", "syslog_facility", "syslog_priority", "logfile", "logfile_priority", "debug", "name", "subsys"],
    ...["to_stderr", "fileline", "function_name", "timestamp", "logger_subsys", "tags"],
  ],
}
const device: Word = { understood: ["name"], takesOptions: true }

/** Elements by their path, but for resources (service-manager.md §4.1). */
export const words: Readonly<Record<string, Word>> = {
  cluster: { understood: ["name", "config_version"], verbatim: ["alias"] },
  "cluster/cman": {
    verbatim: [
      ...["two_node", "expected_votes", "transport", "broadcast", "port", "keyfile", "cluster_id", "hash_cluster_id", "quorum_dev_poll"],
      ...["shutdown_timeout", "ccsd_poll", "upgrading", "disallowed", "debug_mask", "disable_openais", "nodename", "max_queued"],
    ],
  },
  "cluster/cman/multicast": { verbatim: ["addr", "port", "ttl"] },
  "cluster/cman/altmulticast": { verbatim: ["addr", "port", "ttl"] },
  "cluster/totem": {
    verbatim: [
      ...["token", "token_retransmits_before_loss_const", "join", "consensus", "rrp_mode", "rrp_problem_count_threshold", "secauth"],
      ...["token_retransmit", "hold", "merge", "downcheck", "fail_recv_const", "seqno_unchanged_const", "heartbeat_failures_allowed"],
      ...["max_network_delay", "window_size", "max_messages", "miss_count_const", "netmtu", "threads", "vsftype", "version"],
      ...["rrp_problem_count_timeout", "rrp_token_expired_timeout", "rrp_autorecovery_check_timeout", "send_join", "keyfile"],
    ],
  },
  "cluster/totem/interface": { verbatim: ["ringnumber", "bindnetaddr", "mcastaddr", "mcastport", "broadcast", "ttl"] },
  "cluster/clusternodes": {},
  "cluster/clusternodes/clusternode": { understood: ["name"], verbatim: ["nodeid", "votes", "weight"] },
  "cluster/clusternodes/clusternode/altname": { verbatim: ["name", "port", "mcast", "ttl"] },
  "cluster/clusternodes/clusternode/multicast": { verbatim: ["addr", "interface"] },
  "cluster/clusternodes/clusternode/fence": {},
  "cluster/clusternodes/clusternode/fence/method": { understood: ["name"] },
  "cluster/clusternodes/clusternode/fence/method/device": device,
  "cluster/clusternodes/clusternode/unfence": {},
  "cluster/clusternodes/clusternode/unfence/device": device,
  "cluster/fencedevices": {},
  "cluster/fencedevices/fencedevice": { understood: ["name", "agent"], takesOptions: true },
  "cluster/fence_daemon": {
    understood: ["post_join_delay", "post_fail_delay"],
    verbatim: ["override_path", "override_time", "clean_start", "skip_undefined", "groupd_compat"],
  },
  "cluster/quorumd": {
    verbatim: [
      ...["interval", "tko", "tko_up", "votes", "min_score", "device", "label", "cman_label", "status_file", "scheduler", "priority"],
      ...["reboot", "upgrade_wait", "master_wait", "use_uptime", "stop_cman", "paranoid", "allow_kill", "max_error_cycles", "io_timeout"],
      ...["master_wins", "log_level", "log_facility"],
    ],
  },
  "cluster/quorumd/heuristic": { verbatim: ["program", "score", "interval", "tko"] },
  "cluster/logging": logging,
  "cluster/logging/logging_daemon": logging,
  "cluster/logging/logger_subsys": logging,
  "cluster/fence_xvmd": { takesOptions: true },
  "cluster/dlm": { takesOptions: true },
  "cluster/gfs_controld": { takesOptions: true },
  "cluster/group": { verbatim: ["groupd_compat"] },
  "cluster/groupd": { takesOptions: true },
  "cluster/clvmd": { takesOptions: true },
  "cluster/uidgid": { verbatim: ["uid", "gid"] },
  "cluster/rm": {
    verbatim: [
      ...["log_level", "log_facility", "status_child_max", "status_poll_interval", "transition_throttling", "central_processing"],
      "disabled",
    ],
  },
  "cluster/rm/failoverdomains": {},
  "cluster/rm/failoverdomains/failoverdomain": { understood: ["name", "ordered", "restricted", "nofailback"] },
  "cluster/rm/failoverdomains/failoverdomain/failoverdomainnode": { understood: ["name", "priority"] },
  "cluster/rm/resources": {},
  "cluster/rm/resource-defaults": {},
  "cluster/rm/events": {},
  "cluster/rm/events/event": {
    verbatim: [
      ...["name", "class", "file", "priority", "node", "node_id", "node_state", "node_clean", "service", "service_state", "service_owner"],
    ],
  },
}
/** Elements below these are resources, services among them. */
export const isResourcePath = (path: string): boolean =>
  /^cluster\/rm\/(?:(?:resources|resource-defaults)\/|(?:service|vm)(?:\/|$))/.test(path)
/** Of a resource's schedule. */
export const actionParameters: readonly string[] = ["name", "depth", "interval", "timeout"]
