// Whether real nodes can be made of namespaces here. Plain Node: scripts/test.mjs asks before anything is installed.
import { spawnSync } from "node:child_process"
import fs from "node:fs"

/** Debian packages that the machine itself needs; what the nodes need is in lab.sh. */
export const packages = ["debootstrap", "iproute2", "openssh-client", "curl"]

/** Undefined when the lab can run, else why not. */
export function whyNotLab() {
  if (process.platform !== "linux") return "namespaces need Linux"
  if (process.getuid?.() !== 0) return "the lab needs root"
  if (!fs.existsSync("/etc/debian_version")) return "the nodes' file system is made by Debian's debootstrap"
  if (!/^nodev\toverlay$/m.test(fs.readFileSync("/proc/filesystems", "utf8"))) return "the kernel has no overlay file system"
  if (!/cgroup2/.test(fs.readFileSync("/proc/mounts", "utf8"))) return "no cgroup2 is mounted"
  const { status } = spawnSync("unshare", ["-m", "-u", "-i", "-n", "-p", "-C", "--fork", "true"])
  return status === 0 ? undefined : "namespaces cannot be made here (unshare is refused)"
}
