import type { OcfResource } from "./schema"

/** Agents under their rgmanager names (service-manager.md §7.2); an agent that is not here is a type of its own, without an order. */
const types: Readonly<Record<string, string>> = {
  IPaddr: "ip",
  IPaddr2: "ip",
  LVM: "lvm",
  "LVM-activate": "lvm",
  exportfs: "nfsclient",
  nfsserver: "nfsserver",
  VirtualDomain: "vm",
  Xen: "vm",
}
const clusterTypes = ["gfs2", "gfs", "ocfs2"]
const netTypes = ["nfs", "nfs4", "cifs", "smbfs", "smb3"]
/** What rgmanager tells apart by its agent's name, Filesystem tells by its fstype. */
const fileSystem = (fstype: string | undefined): string => {
  if (clusterTypes.includes(fstype ?? "")) return "clusterfs"
  return netTypes.includes(fstype ?? "") ? "netfs" : "fs"
}
/** rgmanager's type of a resource: units and init scripts are its `script`. */
export function treeTypeOf(resource: OcfResource): string {
  if (resource.class !== "ocf") return "script"
  return resource.agent === "Filesystem" ? fileSystem(resource.params.fstype) : (types[resource.agent] ?? resource.agent)
}
/** Two of these would be one: rgmanager's "attribute collision" (service-manager.md §2.3). */
export function uniqueOf(resource: OcfResource): readonly string[] {
  if (resource.class === "systemd") return [resource.unit]
  if (resource.class === "lsb") return [resource.script]
  const { ip, directory, volgrpname, vgname, lvname = "" } = resource.params
  if (types[resource.agent] === "ip") return ip === undefined ? [] : [ip]
  if (resource.agent === "Filesystem") return directory === undefined ? [] : [directory]
  const group = vgname ?? volgrpname
  return group === undefined ? [] : [`${group}/${lvname}`]
}
