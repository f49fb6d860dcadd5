import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { basePath, makeBase, makeLayer } from "./lab"

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url))
const SCRIPT = here("ipvs/image.sh")
/** More than base.sh gives every node; apache2, named, postfix and curl are there already. */
const PACKAGES = [
  "keepalived",
  "ipvsadm",
  "nftables",
  "conntrack",
  "socat",
  "tcpdump",
  "openssl",
  "busybox-static",
  "python3-minimal",
] as const

/** The directory of vmlinuz, initramfs.gz and root.ext4. Makes what is not there yet; throws when that fails. */
export function makeIpvsImage(): string {
  makeBase()
  const layer = makeLayer(PACKAGES)
  const made = [SCRIPT, here("ipvs/initramfs.sh")].map((file) => readFileSync(file, "utf8")).join("")
  const image = `${basePath()}-ipvs-${createHash("sha256").update(layer).update(made).digest("hex").slice(0, 12)}`
  const { status } = spawnSync(SCRIPT, [basePath(), layer, image], { stdio: "inherit" })
  if (status !== 0) throw new Error(`${SCRIPT} ended with exit code ${status}; what it said above tells why`)
  return image
}
