import { chmodSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { basePath, type Lab, makeLayer } from "./lab"

/** Debian packages: fence agents, and the simulator of a BMC with what fence_ipmilan asks it by. */
export const FENCE_PACKAGES = ["fence-agents", "ipmitool", "openipmi"] as const

/** Each run has mounts of its own, so nothing stays mounted. The lab's folder is where it is outside, and writable. */
const wrapper = (lower: string, root: string, place: string, command: string): string => `#!/bin/sh
# ${command}, with a file system like the nodes' and the network of whoever runs it
[ -n "$LAB_TOOL" ] || LAB_TOOL=1 exec unshare -m --propagation private "$0" "$@"
unset LAB_TOOL
{
  mount -t overlay tool -o lowerdir=${lower} ${root} &&
  mount --rbind /dev ${root}/dev && mount --rbind /proc ${root}/proc &&
  mount -t tmpfs tool ${root}/run && mount -t tmpfs tool ${root}/tmp &&
  mkdir -p ${root}${place} && mount --bind ${place} ${root}${place}
} || exit 125
exec chroot ${root} ${command} "$@"
`

/**
 * Programs of FENCE_PACKAGES for this machine, which need not have them installed; nor the nodes. Paths are where Debian has them,
 * "/usr/sbin/fence_ipmilan". Returns the folder with an executable for each, by its name alone. The first time apt is asked.
 */
export function makeTools(lab: Lab, paths: readonly string[]): string {
  const folder = join(lab.place, "tools")
  const root = join(folder, ".root")
  const lower = `${makeLayer(FENCE_PACKAGES)}:${basePath()}`
  mkdirSync(root, { recursive: true })
  for (const path of paths) {
    const file = join(folder, path.split("/").at(-1) ?? "")
    writeFileSync(file, wrapper(lower, root, lab.place, path))
    chmodSync(file, 0o755)
  }
  return folder
}
