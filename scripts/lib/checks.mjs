// What a fresh machine may lack: each says what to do about it.
import fs from "node:fs"
import net from "node:net"
import path from "node:path"
import { fileURLToPath } from "node:url"
import { Failed, run, say } from "./run.mjs"
import { isFresh, stamp } from "./stamp.mjs"

const NODE_MIN = [20, 19]
const DISK_MIN_BYTES = 1.5 * 1024 ** 3
const MIB = 1024 ** 2

/** Before anything else: every path in these scripts starts at the repository, from wherever they are called. */
export function atRoot() {
  process.chdir(path.join(path.dirname(fileURLToPath(import.meta.url)), "..", ".."))
  const [major, minor] = process.versions.node.split(".").map(Number)
  const isOldEnough = major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])
  if (!isOldEnough)
    throw new Failed(`Node ${process.versions.node} is too old: install ${NODE_MIN.join(".")} or later (https://nodejs.org)`)
}
/** Nothing of ours needs a compiler: ssh2's optional addon is left out without one. */
export async function install() {
  const sources = ["package-lock.json"]
  if (isFresh("install", sources, ["node_modules/next/package.json"])) return say("packages: up to date")
  const { bavail, bsize } = fs.statfsSync(".")
  const free = bavail * bsize
  if (free < DISK_MIN_BYTES)
    throw new Failed(
      `only ${Math.floor(free / MIB)} MiB are free in ${process.cwd()}; ${DISK_MIN_BYTES / MIB} MiB are needed: make room, then run this again`,
    )
  const advice =
    "Is the package registry to be reached from here (npm ping)? Behind a proxy: npm config set proxy http://HOST:PORT. Then run this again"
  await run("packages: installing (a minute or two)", "npm", ["ci", "--no-audit", "--no-fund"], { advice })
  stamp("install", sources)
}

const PORT_PROBLEMS = {
  EADDRINUSE: (host, port) =>
    `port ${port} on ${host} is taken: end what listens there, or choose another port, as in MOYAI_PORT=${port === 3700 ? 3701 : 3700} npm run`,
  EACCES: (_, port) => `port ${port} is for root alone: choose one above 1023 with MOYAI_PORT`,
  EADDRNOTAVAIL: (host) => `${host} is no address of this machine: set MOYAI_HOST to one, or leave it out for 127.0.0.1`,
}
/** @throws Failed when the panel could not listen there; `command` is what the person typed */
export async function checkPort(host, portText, command) {
  const port = Number(portText)
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Failed(`MOYAI_PORT=${portText}: must be a whole number, 1 to 65535`)
  const error = await new Promise((resolve) => {
    const server = net.createServer()
    server.once("error", resolve)
    server.listen(port, host, () => server.close(() => resolve(undefined)))
  })
  if (!error) return
  const problem = PORT_PROBLEMS[error.code]?.(host, port) ?? `cannot listen on ${host}:${port}: ${error.message}`
  throw new Failed(problem.replace(/npm run$/, command))
}
