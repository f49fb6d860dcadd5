import { execFile, execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { homedir, tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { promisify } from "node:util"

const run = promisify(execFile)
const SCRIPT = resolve("e2e/lab/lab.sh")
const OUTPUT_MAX = 16 * 1024 * 1024
export const LAB_NAME = "moyai"
export const LAB_USER = "admin"
export const LAB_PASSWORD = "moyai-lab-admin"

export type LabNode = {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly hostKey: string
  readonly fingerprint: string
}
export type Lab = {
  readonly nodes: readonly LabNode[]
  /** Service addresses that nobody holds yet. */
  readonly vip: (n: number) => string
  /** Words in front of a command that is to run in the management namespace, where panel and browser live. */
  readonly inMgmt: readonly string[]
  /** Runs as root in the node, also when it is unplugged. A non-zero exit is thrown. */
  readonly exec: (node: string, ...argv: readonly string[]) => Promise<string>
  readonly powerOff: (node: string) => Promise<void>
  readonly powerOn: (node: string) => Promise<void>
  readonly cut: (node: string) => Promise<void>
  readonly heal: (node: string) => Promise<void>
  /** A key that root's login takes, besides what the panel installs. */
  readonly controlKey: Buffer
  readonly down: () => Promise<void>
}

/** The base file system belongs to the list of packages and to the script that makes it. */
export function basePath(): string {
  const cache = process.env.MOYAI_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "moyai")
  mkdirSync(cache, { recursive: true })
  const script = readFileSync(SCRIPT, "utf8")
  const build =
    script.slice(script.indexOf("FIRST="), script.indexOf("MASKED=")) + script.slice(script.indexOf("cmd_build"), script.indexOf("net_up"))
  return join(cache, `lab-base-${createHash("sha256").update(build).digest("hex").slice(0, 12)}`)
}

type Which = { readonly name?: string; readonly nodes?: number }
const placeOf = (name: string) => join(tmpdir(), `moyai-lab-${name}`)
const envOf = (name: string) => ({ ...process.env, LAB: placeOf(name), LAB_NAME: name, LAB_BASE: basePath() })

/** Real nodes h1…hN. What a killed run of the same name left behind is taken down first. */
export async function startLab({ name = LAB_NAME, nodes = 3 }: Which = {}): Promise<Lab> {
  const env = envOf(name)
  if (!existsSync(join(env.LAB_BASE, ".built"))) execFileSync(SCRIPT, ["build"], { env, stdio: ["ignore", "inherit", "inherit"] })
  await run(SCRIPT, ["down"], { env })
  await run(SCRIPT, ["up", String(nodes)], { env })
  return labOf({ name, nodes })
}

/** A lab that is up already, for tests that were started inside its management namespace. */
export function labOf({ name = LAB_NAME, nodes = 3 }: Which = {}): Lab {
  const dir = placeOf(name)
  const lab = async (...argv: readonly string[]): Promise<string> =>
    (await run(SCRIPT, [...argv], { env: envOf(name), maxBuffer: OUTPUT_MAX })).stdout
  const nodeOf = (i: number): LabNode => {
    const file = join(dir, `h${i}/upper/etc/ssh/ssh_host_ed25519_key.pub`)
    const hostKey = readFileSync(file, "utf8").split(" ").slice(0, 2).join(" ")
    const fingerprint = execFileSync("ssh-keygen", ["-lf", file], { encoding: "utf8" }).split(" ")[1] ?? ""
    return { name: `h${i}`, address: `10.77.0.1${i}`, port: 22, hostKey, fingerprint }
  }
  const done = async (answer: Promise<string>) => void (await answer)
  return {
    nodes: [...Array(nodes).keys()].map((i) => nodeOf(i + 1)),
    vip: (n) => `10.77.0.${100 + n}`,
    inMgmt: ["ip", "netns", "exec", `${name}-h0`],
    exec: (node, ...argv) => lab("exec", node, ...argv),
    powerOff: (node) => done(lab("power-off", node)),
    powerOn: (node) => done(lab("power-on", node)),
    cut: (node) => done(lab("cut", node)),
    heal: (node) => done(lab("heal", node)),
    controlKey: readFileSync(join(dir, "control")),
    down: () => done(lab("down")),
  }
}
/** Namespaces, cgroups and mounts of that name: empty after `down`. */
export function leftOf(name: string): readonly string[] {
  const netns = execFileSync("ip", ["netns", "list"], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.startsWith(`${name}-`))
  const cgroups = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"].map((root) => join(root, name)).filter(existsSync)
  const mounts = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .filter((line) => line.includes(`moyai-lab-${name}/`))
  return [...netns, ...cgroups, ...mounts, ...[join(tmpdir(), `moyai-lab-${name}`)].filter(existsSync)]
}
