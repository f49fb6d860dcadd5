// Whether real nodes can be made of namespaces here. Plain Node: scripts/test.mjs asks before anything is installed.
import { spawnSync } from "node:child_process"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"

/** Debian packages that the machine itself needs; what the nodes need is in base.sh. */
export const packages = ["debootstrap", "iproute2", "openssh-client", "curl"]

/** What ipvs-lab.ts needs besides: the machine with IPVS, and what makes its disk. */
export const ipvsPackages = ["qemu-system-x86", "e2fsprogs"]

/** What each node will need: an overlay in the folder of the labs, and a cgroup v2 of its own, out here and inside. */
const TRIAL = `
cd "$1" && mkdir lower upper work root && mount -t overlay lab -o lowerdir=lower,upperdir=upper,workdir=work root 2>/dev/null ||
  { echo "an overlay file system cannot be mounted in $1"; exit 1; }
cgroup=/sys/fs/cgroup
[ ! -d $cgroup/unified ] || cgroup=$cgroup/unified
own=$cgroup/$(basename "$1")
mkdir "$own" 2>/dev/null && [ -e "$own/cgroup.procs" ] && rmdir "$own" && mount -t cgroup2 cgroup2 root 2>/dev/null ||
  { rmdir "$own" 2>/dev/null; echo "a cgroup v2 cannot be made in $cgroup"; exit 1; }`

/** Tries in namespaces of its own, which leave nothing. Undefined when it went well. */
function whyNoNodes() {
  const unshare = ["-m", "-u", "-i", "-n", "-p", "-C", "--fork", "--propagation", "private"]
  if (spawnSync("unshare", [...unshare, "true"]).status !== 0) return "namespaces cannot be made here (unshare is refused or missing)"
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "moyai-lab-trial-"))
  try {
    const { status, stdout } = spawnSync("unshare", [...unshare, "sh", "-c", TRIAL, "trial", dir], { encoding: "utf8" })
    return status === 0 ? undefined : stdout.trim()
  } finally {
    fs.rmSync(dir, { recursive: true, force: true })
  }
}

/** Undefined when the lab can run, else why not. */
export function whyNotLab() {
  if (process.platform !== "linux") return "namespaces need Linux"
  if (process.getuid?.() !== 0) return "the lab needs root"
  if (!fs.existsSync("/etc/debian_version")) return "the nodes' file system is made by Debian's debootstrap"
  return whyNoNodes()
}

/** Undefined when the nodes whose kernel has IPVS can run, else why not. They need no KVM. */
export function whyNotIpvs() {
  if (process.arch !== "x64") return `the machine with IPVS is made for x86-64, and this is ${process.arch}`
  const missing = ["qemu-system-x86_64", "mkfs.ext4"].find((command) => spawnSync(command, ["--version"]).error !== undefined)
  if (missing !== undefined)
    return `${missing} is missing; install it with apt-get install --no-install-recommends ${ipvsPackages.join(" ")}`
  return whyNotLab()
}

/** The same for a panel that drives them: run.ts has measured how fast the machine is emulated, and notes it where that is too slow. */
export const whyNotDriven = () => whyNotIpvs() ?? process.env.MOYAI_IPVS_TOO_SLOW
