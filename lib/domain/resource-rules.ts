/** How rgmanager's agents order and forbid their children (service-manager.md §2.2): their meta-data, as data. */
export type ChildRule = { readonly type: string; readonly start?: number; readonly stop?: number }
export type ParentRules = { readonly children: readonly ChildRule[]; readonly forbids: readonly string[] }

const service: ParentRules = {
  children: [
    { type: "lvm", start: 1, stop: 9 },
    { type: "fs", start: 2, stop: 8 },
    { type: "clusterfs", start: 3, stop: 7 },
    { type: "netfs", start: 4, stop: 6 },
    { type: "nfsexport", start: 5, stop: 5 },
    { type: "nfsclient", start: 6, stop: 4 },
    { type: "ip", start: 7, stop: 2 },
    { type: "smb", start: 8, stop: 3 },
    { type: "script", start: 9, stop: 1 },
  ],
  forbids: [],
}
const fileSystem: ParentRules = {
  children: [
    { type: "fs", start: 1, stop: 3 },
    { type: "clusterfs", start: 1, stop: 3 },
    { type: "nfsexport", start: 3, stop: 1 },
  ],
  forbids: [],
}
const noExports: ParentRules = { children: [], forbids: ["nfsclient", "nfsexport"] }

export const parentRules: Readonly<Record<string, ParentRules>> = {
  service,
  fs: fileSystem,
  clusterfs: fileSystem,
  nfsserver: {
    children: [
      { type: "nfsclient", start: 1, stop: 2 },
      { type: "ip", start: 2, stop: 1 },
    ],
    forbids: ["nfsexport", "nfsserver"],
  },
  nfsexport: { children: [{ type: "nfsclient" }], forbids: ["nfsexport"] },
  ip: noExports,
  netfs: noExports,
}
export const rulesOf = (type: string): ParentRules => parentRules[type] ?? { children: [], forbids: [] }

/** What an agent's meta-data says of a type's parameters (service-manager.md §2.1, §4.4). */
export type TypeRule = {
  /** Identifies the resource within its type; always required and unique. */
  readonly primary: string
  /** No two of the type may have the same value. */
  readonly unique?: readonly string[]
  readonly required?: readonly string[]
  /** May change without a restart (`reconfig`). */
  readonly live?: readonly string[]
  /** Unset parameter to what an ancestor has for it: a parameter, or `type%parameter`. */
  readonly inherits?: Readonly<Record<string, string>>
  /** How often one definition may stand in the trees; any number when missing. */
  readonly maxInstances?: number
}
const serviceName = { service_name: "service%name" }
const server: TypeRule = { primary: "name", inherits: serviceName }
const serviceLock = { nfslock: "service%nfslock" }
const policy = ["domain", "autostart", "exclusive", "recovery"]
const mounted = { unique: ["mountpoint", "device"], required: ["mountpoint", "device"] }

export const typeRules: Readonly<Record<string, TypeRule>> = {
  service: { primary: "name", live: policy, maxInstances: 1 },
  vm: {
    primary: "name",
    live: [...policy, "migration_mapping", "max_restarts", "restart_expire_time", "status_program"],
    maxInstances: 1,
  },
  lvm: { primary: "name", required: ["vg_name"], inherits: serviceLock, maxInstances: 1 },
  fs: { primary: "name", ...mounted, inherits: { nfslock: "nfslock" }, maxInstances: 1 },
  clusterfs: { primary: "name", ...mounted, inherits: serviceLock },
  netfs: { primary: "name", unique: ["mountpoint"], required: ["mountpoint", "host", "export"] },
  nfsserver: { primary: "name", inherits: { path: "mountpoint" }, maxInstances: 1 },
  nfsexport: { primary: "name", inherits: { device: "device", path: "mountpoint", fsid: "fsid" } },
  nfsclient: {
    primary: "name",
    required: ["target"],
    inherits: { ...serviceName, path: "path", svcname: "service%name", fsid: "fsid", use_cache: "service%nfs_client_cache" },
  },
  ip: { primary: "address", inherits: serviceLock, maxInstances: 1 },
  smb: server,
  script: { primary: "name", unique: ["file"], required: ["file"], inherits: serviceName },
  samba: server,
  apache: server,
  mysql: server,
  named: server,
  openldap: server,
  "postgres-8": server,
  "tomcat-5": server,
  "tomcat-6": server,
  drbd: { primary: "name", unique: ["resource"], required: ["resource"], maxInstances: 1 },
  oracledb: { primary: "name", unique: ["listener_name", "vhost"], required: ["user", "home"], maxInstances: 1 },
  orainstance: { primary: "name", required: ["user", "home"] },
  oralistener: { primary: "name", required: ["user", "home"] },
  SAPInstance: { primary: "InstanceName" },
  SAPDatabase: { primary: "SID", required: ["DBTYPE"] },
  ASEHAagent: {
    primary: "name",
    unique: ["server_name"],
    required: [
      ...["sybase_home", "sybase_ase", "sybase_ocs", "server_name", "login_file", "interfaces_file", "sybase_user"],
      ...["shutdown_timeout", "start_timeout", "deep_probe_timeout"],
    ],
  },
}
/** An agent that is not in the table has a name, and nothing else is known of it. */
export const typeRuleOf = (type: string): TypeRule => typeRules[type] ?? { primary: "name" }
/** For `deltaOf`. */
export const liveOf = (type: string): readonly string[] => typeRuleOf(type).live ?? []
