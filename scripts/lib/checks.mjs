// What a fresh machine may lack: each says what to do about it.
import { spawnSync } from "node:child_process"
import fs from "node:fs"
import net from "node:net"
import { Failed, run, say } from "./run.mjs"
import { isFresh, stamp } from "./stamp.mjs"

const NODE_MIN = [20, 19]
const DISK_MIN_BYTES = 1.5 * 1024 ** 3

export function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number)
  if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1]))
    throw new Failed(`Node ${process.versions.node} is too old: ${NODE_MIN.join(".")} or later is needed`)
}
export function checkDisk() {
  const { bavail, bsize } = fs.statfsSync(".")
  const free = bavail * bsize
  if (free < DISK_MIN_BYTES) throw new Failed(`only ${Math.floor(free / 1024 ** 2)} MiB are free here; ${DISK_MIN_BYTES / 1024 ** 2} MiB are needed: make room, then run it again`)
}
/** Nothing of ours needs a compiler: ssh2's optional addon is left out without one. */
export async function install() {
  if (isFresh("install", ["package-lock.json"], ["node_modules/next/package.json"])) return say("packages: up to date")
  checkDisk()
  await run("packages: installing", "npm", ["ci", "--no-audit", "--no-fund"])
  stamp("install", ["package-lock.json"])
}
export const isPortFree = (host, port) =>
  new Promise((resolve) => {
    const server = net.createServer()
    server.once("error", () => resolve(false))
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
export const isRootOnDebian = () => process.getuid?.() === 0 && fs.existsSync("/etc/debian_version") && fs.existsSync("/usr/bin/apt-get")
const isInstalled = (name) => spawnSync("dpkg-query", ["-W", "-f=${db:Status-Status}", name], { encoding: "utf8" }).stdout === "installed"

/** Names the missing packages and installs them where that is ours to do. Undefined when all are there, else why not. */
export async function debianPackages(names) {
  if (!fs.existsSync("/etc/debian_version")) return "not Debian"
  const missing = names.filter((name) => !isInstalled(name))
  if (missing.length === 0) return undefined
  if (!isRootOnDebian()) return `these Debian packages are missing: ${missing.join(" ")}`
  const env = { DEBIAN_FRONTEND: "noninteractive" }
  await run("package lists: updating", "apt-get", ["update", "-qq"], { env })
  await run(`system packages: ${missing.join(" ")}`, "apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...missing], { env })
  return undefined
}
export function explain(error) {
  if (!(error instanceof Failed)) throw error
  console.error(`\nmoyai: ${error.message}`)
  process.exit(1)
}
