/**
 * rgmanager's resource types and what does their work today (service-manager.md §7.2): for people who know them by their old names.
 * `params` are what the new agent needs to be the old one; parameters that were renamed: old name to new.
 */
export type Successor = {
  readonly agent: string
  readonly params?: Readonly<Record<string, string>>
  readonly renamed?: Readonly<Record<string, string>>
}
export const rgmanagerTypes: Readonly<Record<string, Successor>> = {
  ip: { agent: "IPaddr2", renamed: { address: "ip" } },
  fs: { agent: "Filesystem", renamed: { mountpoint: "directory" } },
  clusterfs: { agent: "Filesystem", params: { fstype: "gfs2" }, renamed: { mountpoint: "directory" } },
  netfs: { agent: "Filesystem", params: { fstype: "nfs" }, renamed: { mountpoint: "directory" } },
  "bind-mount": {
    agent: "Filesystem",
    params: { fstype: "none", options: "bind" },
    renamed: { mountpoint: "directory", source: "device" },
  },
  lvm: { agent: "LVM-activate", renamed: { vg_name: "vgname" } },
  apache: { agent: "apache", renamed: { config_file: "configfile", httpd_options: "options" } },
  mysql: { agent: "mysql", renamed: { config_file: "config", mysqld_options: "additional_parameters" } },
  named: { agent: "named", renamed: { named_options: "named_options" } },
  "postgres-8": { agent: "pgsql", renamed: { config_file: "config", postmaster_options: "start_opt", postmaster_user: "pgdba" } },
  "tomcat-5": { agent: "tomcat", renamed: { catalina_base: "catalina_base" } },
  "tomcat-6": { agent: "tomcat" },
  openldap: { agent: "slapd", renamed: { config_file: "config", url_list: "services" } },
  nfsserver: { agent: "nfsserver", renamed: { path: "nfs_shared_infodir" } },
  nfsclient: { agent: "exportfs", params: { unlock_on_stop: "false" }, renamed: { target: "clientspec", path: "directory" } },
  oracledb: { agent: "oracle", renamed: { user: "user", home: "home" } },
  oralistener: { agent: "oralsnr" },
  SAPInstance: { agent: "SAPInstance" },
  SAPDatabase: { agent: "SAPDatabase" },
  drbd: { agent: "drbd", renamed: { resource: "drbd_resource" } },
  vm: { agent: "VirtualDomain", renamed: { xmlfile: "config" } },
}
