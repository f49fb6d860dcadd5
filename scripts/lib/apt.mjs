// Debian packages that some stages of the tests need. Only root on Debian installs anything.
import { spawnSync } from "node:child_process"
import fs from "node:fs"
import { Failed, run, say } from "./run.mjs"

const isInstalled = (name) => spawnSync("dpkg-query", ["-W", "-f=${db:Status-Status}", name], { encoding: "utf8" }).stdout === "installed"
const env = { DEBIAN_FRONTEND: "noninteractive" }
const apt = (what, ...args) => run(what, "apt-get", ["-y", "-qq", "-o", "DPkg::Lock::Timeout=120", ...args], { env })

/** Names the packages that are missing and installs them. Undefined when all are there, else why not. */
export async function debianPackages(names) {
  if (!fs.existsSync("/etc/debian_version")) return `it needs ${names.join(", ")}, and installs them on Debian only`
  const missing = names.filter((name) => !isInstalled(name))
  if (missing.length === 0) return undefined
  if (process.getuid?.() !== 0)
    return `packages are missing, and only root may install them: apt-get install --no-install-recommends ${missing.join(" ")}`
  say(`these Debian packages are missing and are installed now: ${missing.join(" ")}`)
  const installThem = () => apt("Debian packages: installing", "install", "--no-install-recommends", ...missing)
  await installThem().catch(async (error) => {
    if (!(error instanceof Failed)) throw error
    await apt("Debian packages: the lists may be old, updating them", "update")
    await installThem()
  })
  return undefined
}
