const policy = ["domain", "autostart", "exclusive", "recovery", "max_restarts", "restart_expire_time", "depend", "depend_mode", "priority"]
const userExits = ["PRE_START_USEREXIT", "POST_START_USEREXIT", "PRE_STOP_USEREXIT", "POST_STOP_USEREXIT"]
const oracle = ["name", "user", "home", "tns_admin"]
const tomcat = ["name", "config_file", "tomcat_user", "catalina_options", "catalina_base", "shutdown_wait", "service_name"]
const mount = ["name", "mountpoint", "device", "fstype", "force_unmount", "options", "self_fence", "fsid", "nfslock", "nfsrestart"]

/** The parameters of rgmanager's agents: RHEL 6's meta-data and what resource-agents added (service-manager.md §2.1, §4.4). */
export const agentParameters: Readonly<Record<string, readonly string[]>> = {
  service: ["name", ...policy, "nfslock", "nfs_client_cache"],
  vm: [
    ...["name", ...policy, "migration_mapping", "use_virsh", "xmlfile", "migrate", "tunnelled", "path", "snapshot", "status_program"],
    ...["hypervisor", "hypervisor_uri", "migration_uri", "no_kill", "migrate_options"],
  ],
  ASEHAagent: [
    ...["name", "sybase_home", "sybase_ase", "sybase_ocs", "server_name", "login_file", "interfaces_file", "sybase_user"],
    ...["shutdown_timeout", "start_timeout", "deep_probe_timeout"],
  ],
  SAPDatabase: [
    ...["SID", "DIR_EXECUTABLE", "DBTYPE", "NETSERVICENAME", "DBJ2EE_ONLY", "JAVA_HOME", "STRICT_MONITORING", "AUTOMATIC_RECOVER"],
    ...["DIR_BOOTSTRAP", "DIR_SECSTORE", "DB_JARS", ...userExits],
  ],
  SAPInstance: [...["InstanceName", "DIR_EXECUTABLE", "DIR_PROFILE", "START_PROFILE", "START_WAITTIME", "AUTOMATIC_RECOVER", ...userExits]],
  apache: ["name", "server_root", "config_file", "httpd_options", "shutdown_wait", "service_name"],
  "bind-mount": ["name", "mountpoint", "source", "force_unmount"],
  clusterfs: mount,
  db2: ["name"],
  drbd: ["name", "resource"],
  fs: [...mount, "quick_status", "force_fsck", "use_findmnt"],
  ip: ["address", "family", "monitor_link", "nfslock", "sleeptime", "disable_rdisc", "prefer_interface"],
  lvm: ["name", "vg_name", "lv_name", "self_fence", "nfslock"],
  mysql: ["name", "config_file", "listen_address", "mysqld_options", "startup_wait", "shutdown_wait", "service_name"],
  named: [...["name", "config_file", "named_sdb", "named_working_dir", "named_options", "shutdown_wait", "service_name", "update_source"]],
  netfs: [...["name", "mountpoint", "host", "export", "fstype", "no_unmount", "force_unmount", "options", "self_fence", "use_findmnt"]],
  nfsclient: [...["name", "target", "path", "svcname", "fsid", "options", "allow_recover", "service_name", "use_cache"]],
  nfsexport: ["name", "device", "path", "fsid"],
  nfsserver: ["name", "path", "nfspath", "statdport", "krbhost"],
  openldap: ["name", "config_file", "url_list", "slapd_options", "shutdown_wait", "service_name"],
  oradg: [...oracle, "listeners", "vhost", "lockfile"],
  oracledb: [...oracle, "listener_name", "type", "vhost"],
  orainstance: [...oracle, "listeners", "lockfile"],
  oralistener: oracle,
  "postgres-8": [...["name", "config_file", "postmaster_user", "postmaster_options", "startup_wait", "shutdown_wait", "service_name"]],
  samba: ["name", "config_file", "smbd_options", "nmbd_options", "shutdown_wait", "service_name"],
  script: ["name", "file", "service_name"],
  smb: ["name", "workgroup", "service_name"],
  "tomcat-5": tomcat,
  "tomcat-6": tomcat,
}
/** Of the place in the tree, for every type (service-manager.md §2.4). */
export const placeParameters: readonly string[] = [
  ...["ref", "__independent_subtree", "__enforce_timeouts", "__max_restarts", "__restart_expire_time"],
  ...["__max_failures", "__failure_expire_time"],
]

const policyDefaults = { autostart: "1", exclusive: "0", depend_mode: "hard", max_restarts: "0", restart_expire_time: "0" }
const shutdown = { shutdown_wait: "30" }
/** What an agent's meta-data says for what is not written (service-manager.md §2.1, §4.4): written or not, it is the same. */
export const agentDefaults: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  service: { ...policyDefaults, recovery: "restart", nfslock: "0", nfs_client_cache: "0", priority: "0" },
  vm: { ...policyDefaults, migrate: "live", hypervisor: "auto", hypervisor_uri: "auto", migration_uri: "auto" },
  apache: { server_root: "/etc/httpd", config_file: "conf/httpd.conf" },
  ip: { monitor_link: "1" },
  mysql: { config_file: "/etc/my.cnf", startup_wait: "30" },
  named: { config_file: "/etc/named.conf", named_sdb: "0", named_working_dir: "/var/named", shutdown_wait: "5" },
  nfsserver: { nfspath: ".clumanager/nfs" },
  openldap: { config_file: "/etc/openldap/slapd.conf", url_list: "ldap:///" },
  "postgres-8": {
    ...{ config_file: "/var/lib/pgsql/data/postgresql.conf", postmaster_user: "postgres", postmaster_options: "-D /var/lib/pgsql/data" },
  },
  samba: { config_file: "/etc/samba/smb.conf" },
  SAPInstance: { START_WAITTIME: "3600", AUTOMATIC_RECOVER: "false" },
  SAPDatabase: { DBJ2EE_ONLY: "false", STRICT_MONITORING: "false", AUTOMATIC_RECOVER: "false" },
  smb: { workgroup: "LINUXCLUSTER" },
  "tomcat-5": { ...shutdown, config_file: "/etc/tomcat5/tomcat5.conf", tomcat_user: "tomcat", catalina_base: "/usr/share/tomcat5" },
  "tomcat-6": { ...shutdown, config_file: "/etc/tomcat6/tomcat6.conf" },
}
