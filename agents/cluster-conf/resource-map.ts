import type { Attributes } from "../../lib/domain/resource-refs"
import { typeRuleOf } from "../../lib/domain/resource-rules"
import { rgmanagerTypes } from "../schemas"

/** The panel's parameters of a resource that an init script, a unit or an agent runs (driver `ocf`). */
export type PanelResource =
  | { readonly class: "ocf"; readonly provider: string; readonly agent: string; readonly params: Attributes }
  | { readonly class: "systemd"; readonly unit: string }
  | { readonly class: "lsb"; readonly script: string }

type Pairs = Readonly<Record<string, string>>
/** Old attribute to new parameter where the successor's table has none yet, or another. */
const more: Readonly<Record<string, Pairs>> = {
  fs: { device: "device", fstype: "fstype", options: "options" },
  clusterfs: { device: "device", fstype: "fstype", options: "options" },
  netfs: { fstype: "fstype", options: "options" },
  lvm: { lv_name: "lvname" },
  named: { config_file: "named_config" },
  "tomcat-5": { tomcat_user: "tomcat_user" },
  "tomcat-6": { tomcat_user: "tomcat_user", catalina_base: "catalina_base" },
  nfsclient: { options: "options", fsid: "fsid" },
  SAPInstance: same("InstanceName", "DIR_EXECUTABLE", "DIR_PROFILE", "START_PROFILE", "START_WAITTIME", "AUTOMATIC_RECOVER"),
  SAPDatabase: same("SID", "DIR_EXECUTABLE", "DBTYPE", "NETSERVICENAME", "DBJ2EE_ONLY", "JAVA_HOME", "STRICT_MONITORING"),
  oralistener: { user: "user", home: "home" },
}
function same(...names: readonly string[]): Pairs {
  return Object.fromEntries(names.map((name) => [name, name]))
}
/** What the successor does not run without, and rgmanager had no word for. */
const needed: Readonly<Record<string, Attributes>> = { lvm: { vg_access_mode: "system_id" } }
/** Attributes that become a parameter together with another. */
const joined: Readonly<Record<string, readonly string[]>> = {
  ip: ["address"],
  netfs: ["host", "export"],
  apache: ["server_root", "config_file"],
  vm: ["xmlfile", "path"],
}
/** Successors of another class, or none that a service of the panel could hold. */
const others: Readonly<Record<string, readonly string[]>> = { script: ["name", "file"], samba: ["name"] }
const unfit = ["drbd"]

const pairsOf = (type: string): Pairs => ({ ...rgmanagerTypes[type]?.renamed, ...more[type] })
const policy = [
  "name",
  "domain",
  "autostart",
  "exclusive",
  "recovery",
  "max_restarts",
  "restart_expire_time",
  "depend",
  "depend_mode",
  "priority",
]
const place = ["ref", "__independent_subtree", "__max_restarts", "__restart_expire_time", "__max_failures", "__failure_expire_time"]

/** Whether the panel makes something of a type, or of its attribute. */
export function isMapped(type: string, attribute?: string): boolean {
  const isType = type === "service" || others[type] !== undefined || (rgmanagerTypes[type] !== undefined && !unfit.includes(type))
  if (attribute === undefined || !isType) return isType
  if (place.includes(attribute)) return type !== "service"
  if (type === "service" || (type === "vm" && policy.includes(attribute))) return policy.includes(attribute)
  return (
    attribute === typeRuleOf(type).primary ||
    Object.hasOwn(pairsOf(type), attribute) ||
    (others[type]?.includes(attribute) ?? false) ||
    (joined[type]?.includes(attribute) ?? false)
  )
}

/** Of rgmanager's nfsserver, below its file system. */
const INFO_DIR = ".clumanager/nfs"
const special: Readonly<Record<string, (attrs: Attributes) => Attributes>> = {
  ip: ({ address = "" }) => {
    const [ip = "", mask] = address.split("/")
    return mask === undefined ? { ip } : { ip, cidr_netmask: mask }
  },
  netfs: ({ host = "", export: path = "", fstype = "" }) => ({
    device: /^(?:cifs|smbfs)$/.test(fstype) ? `//${host}/${path}` : `${host}:${path}`,
  }),
  apache: ({ server_root: root = "/etc/httpd", config_file: file = "conf/httpd.conf" }) => ({
    configfile: file.startsWith("/") ? file : `${root}/${file}`,
  }),
  nfsserver: ({ path, nfspath = INFO_DIR }) => (path === undefined ? {} : { nfs_shared_infodir: `${path}/${nfspath}` }),
  vm: ({ xmlfile, path, name = "" }) => ({ config: xmlfile ?? `${path ?? "/etc/libvirt/qemu"}/${name}.xml` }),
}
/** A definition under its new name (service-manager.md §7.2); undefined when the panel has nothing for it. */
export function panelResourceOf(type: string, attrs: Attributes): PanelResource | undefined {
  if (!isMapped(type) || (type === "vm" && attrs.use_virsh === "0")) return undefined
  if (type === "script") return { class: "lsb", script: attrs.file ?? "" }
  if (type === "samba") return { class: "systemd", unit: "smb.service" }
  const successor = rgmanagerTypes[type]
  if (!successor) return undefined
  const renamed = Object.entries(pairsOf(type)).flatMap(([old, name]) => (attrs[old] === undefined ? [] : [[name, attrs[old]]]))
  const params = { ...needed[type], ...successor.params, ...Object.fromEntries(renamed), ...special[type]?.(attrs) }
  return { class: "ocf", provider: "heartbeat", agent: successor.agent, params }
}

const clusterTypes = ["gfs2", "gfs", "ocfs2"]
const netTypes = ["nfs", "nfs4", "cifs", "smbfs"]
function fileSystemType({ fstype = "", options = "" }: Attributes): string {
  if (clusterTypes.includes(fstype)) return "clusterfs"
  if (netTypes.includes(fstype)) return "netfs"
  return options.split(",").includes("bind") ? "bind-mount" : "fs"
}
/** rgmanager's type of a resource of the panel; undefined when rgmanager has no agent for it. */
export function rgmanagerTypeOf(resource: PanelResource): string | undefined {
  if (resource.class !== "ocf") return "script"
  if (resource.agent === "Filesystem") return fileSystemType(resource.params)
  if (resource.agent === "tomcat") return "tomcat-6"
  return Object.keys(rgmanagerTypes).find((type) => isMapped(type) && rgmanagerTypes[type]?.agent === resource.agent)
}
const back: Readonly<Record<string, (params: Attributes) => Attributes>> = {
  ip: ({ ip = "", cidr_netmask: mask }) => ({ address: mask === undefined ? ip : `${ip}/${mask}` }),
  netfs: ({ device = "" }) => {
    const [, windowsHost, share, host, path] = /^\/\/([^/]+)\/(.*)$|^([^:]*):(.*)$/.exec(device) ?? []
    return { host: windowsHost ?? host ?? "", export: share ?? path ?? "" }
  },
  nfsserver: ({ nfs_shared_infodir: dir }) => (dir === undefined ? {} : { path: dir.replace(`/${INFO_DIR}`, "") }),
  apache: ({ configfile }) => (configfile === undefined ? {} : { config_file: configfile }),
  vm: ({ config }) => (config === undefined ? {} : { xmlfile: config }),
}
/** The attributes of a definition, but for its name; parameters that rgmanager's agent does not have are told by `lost`. */
export function attributesOf(type: string, resource: PanelResource): { readonly attrs: Attributes; readonly lost: readonly string[] } {
  if (resource.class === "lsb") return { attrs: { file: resource.script }, lost: [] }
  if (resource.class === "systemd")
    return { attrs: type === "samba" ? {} : { file: `/etc/init.d/${resource.unit.replace(/\.service$/, "")}` }, lost: [] }
  const pairs = Object.entries(pairsOf(type))
  const { params } = resource
  const old = pairs.flatMap(([name, now]) => (params[now] === undefined ? [] : [[name, params[now]]]))
  const fixed = { ...needed[type], ...rgmanagerTypes[type]?.params }
  const known = [...pairs.map(([, now]) => now), ...Object.keys(fixed), ...(specialParams[type] ?? [])]
  return {
    attrs: { ...Object.fromEntries(old), ...back[type]?.(params) },
    lost: Object.keys(params).filter((name) => !known.includes(name)),
  }
}
const specialParams: Readonly<Record<string, readonly string[]>> = {
  ...{ ip: ["ip", "cidr_netmask"], netfs: ["device"], apache: ["configfile"], vm: ["config"] },
}
