import { execFile, execFileSync, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { homedir, tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const run = promisify(execFile)
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url))
const SCRIPT = here("lab.sh")
const BASE_SCRIPT = here("base.sh")
const LAYER_SCRIPT = here("layer.sh")
const OUTPUT_MAX = 16 * 1024 * 1024
/** Another name keeps another checkout's lab apart. */
export const LAB_NAME = process.env.MOYAI_LAB ?? "moyai"
/** An ordinary user on every node, with sudo and this password (base.sh). */
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
  readonly name: string
  /** The folder of its files on this machine; gone with it. */
  readonly place: string
  readonly nodes: readonly LabNode[]
  /** Service addresses that nobody holds yet: 10.77.0.100 and on. */
  readonly vip: (n: number) => string
  readonly mgmtNetns: string
  /** The command that runs `argv` in the management namespace, where panel and browser live. */
  readonly inMgmt: (...argv: readonly string[]) => readonly string[]
  /** Runs as root in the node, also when it is unplugged, and gives its stdout. A non-zero exit is thrown. */
  readonly exec: (node: string, ...argv: readonly string[]) => Promise<string>
  /** The wire goes first, then all at once, as in a power cut. The disk survives. */
  readonly powerOff: (node: string) => Promise<void>
  /** Until it answers ssh. */
  readonly powerOn: (node: string) => Promise<void>
  /** Power on, and nothing waited for. */
  readonly boot: (node: string) => Promise<void>
  /** Unplugs it at the switch: what is sent is lost, and the node's own link stays up. */
  readonly cutLink: (node: string) => Promise<void>
  readonly healLink: (node: string) => Promise<void>
  /**
   * What it and those others send each other is lost at the switch, also after the node booted again. "panel" is the management
   * namespace; "all" is the panel, the peers, the power switch and the BMCs.
   */
  readonly cutFrom: (node: string, others: "panel" | "peers" | "all") => Promise<void>
  /** Takes back every `cutFrom` of that node. */
  readonly heal: (node: string) => Promise<void>
  /** The management namespace reaches nobody, neither power switch nor BMCs; the nodes reach each other. */
  readonly cutPanel: () => Promise<void>
  readonly healPanel: () => Promise<void>
  /** Whether its PID 1 lives, whatever the network says. */
  readonly isOn: (node: string) => Promise<boolean>
  /** A key that root's login takes. The panel's own key is not there: it is installed by the panel. */
  readonly controlKey: Buffer
  readonly controlKeyFile: string
  readonly knownHostsFile: string
  /** Throws when anything is left. */
  readonly down: () => Promise<void>
}

/** Where the nodes' file system is kept: it belongs to the script that makes it and to this machine's release of Debian. */
export function basePath(): string {
  const cache = process.env.MOYAI_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "moyai")
  const release = /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? ""
  const digest = createHash("sha256").update(readFileSync(BASE_SCRIPT)).update(release).digest("hex")
  return join(cache, `lab-base-${digest.slice(0, 12)}`)
}
export function makeBase(): void {
  const { status } = spawnSync(BASE_SCRIPT, [basePath()], { stdio: "inherit" })
  if (status !== 0) throw new Error(`${BASE_SCRIPT} ended with exit code ${status}; what it said above tells why`)
}
/** Makes what is not there yet of the base with `packages` added, by apt. Returns the directory that is laid over the base. */
export function makeLayer(packages: readonly string[]): string {
  const digest = createHash("sha256").update(basePath()).update(readFileSync(LAYER_SCRIPT)).update(packages.join(" ")).digest("hex")
  const layer = `${basePath()}-with-${digest.slice(0, 12)}`
  const { status } = spawnSync(LAYER_SCRIPT, [basePath(), layer, ...packages], { stdio: "inherit" })
  if (status !== 0) throw new Error(`${LAYER_SCRIPT} ended with exit code ${status}; what it said above tells why`)
  return layer
}

type Wanted = {
  readonly name?: string
  readonly nodes?: number
  readonly isKept?: boolean
  /** Debian packages that every node has more than base.sh gives it. */
  readonly packages?: readonly string[]
}
const NAME = /^[a-z][a-z0-9]{0,8}$/ // it becomes part of names of namespaces, cgroups and files
const placeOf = (name: string): string => join(tmpdir(), `moyai-lab-${name}`)
const envOf = (name: string) => ({ ...process.env, LAB: placeOf(name), LAB_NAME: name, LAB_BASE: basePath() })
/** For a developer's terminal. */
export const runScript = (name: string, argv: readonly string[]): number =>
  spawnSync(SCRIPT, [...argv], { env: envOf(name), stdio: "inherit" }).status ?? 1
async function script(name: string, argv: readonly string[]): Promise<string> {
  const { stdout } = await run(SCRIPT, [...argv], { env: envOf(name), maxBuffer: OUTPUT_MAX })
  return stdout
}

/**
 * When a process began, in clock ticks: a pid alone may be another's by now. Undefined when it is dead, though nobody reaped it yet.
 * See proc(5), fields 3 and 22.
 */
export function startOf(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")
    return fields?.[0] === "Z" || fields?.[0] === "X" ? undefined : fields?.[19]
  } catch {
    return undefined
  }
}
const ownerFile = (name: string): string => join(placeOf(name), "owner")
function refuseIfInUse(name: string): void {
  if (!existsSync(ownerFile(name))) return
  const [pid = "", start] = readFileSync(ownerFile(name), "utf8").split(" ")
  if (Number(pid) !== process.pid && start !== undefined && startOf(Number(pid)) === start)
    throw new Error(`The lab "${name}" is in use by process ${pid}. Wait until it ends, or take another name.`)
}

/**
 * Real nodes h1…hN. What a killed run of the same name left behind is taken down first; of a run that is alive it is refused.
 * `isKept`: the lab outlives this process, and whoever starts one of that name replaces it.
 */
export async function startLab({ name = LAB_NAME, nodes = 3, isKept = false, packages = [] }: Wanted = {}): Promise<Lab> {
  if (!NAME.test(name)) throw new Error(`"${name}" cannot name a lab: up to 9 small letters and digits, a letter first`)
  refuseIfInUse(name)
  makeBase()
  const layer = packages.length > 0 ? makeLayer(packages) : undefined
  await script(name, ["down"])
  mkdirSync(placeOf(name), { recursive: true, mode: 0o700 })
  if (layer !== undefined) writeFileSync(join(placeOf(name), "layer"), `${layer}:`)
  if (!isKept) writeFileSync(ownerFile(name), `${process.pid} ${startOf(process.pid)}`)
  try {
    await script(name, ["up", String(nodes)])
  } catch (error) {
    await script(name, ["down"])
    throw error
  }
  return labOf(name)
}

function nodeOf(place: string, name: string): LabNode {
  const file = join(place, name, "upper/etc/ssh/ssh_host_ed25519_key.pub")
  const hostKey = readFileSync(file, "utf8").split(" ").slice(0, 2).join(" ")
  const fingerprint = execFileSync("ssh-keygen", ["-lf", file], { encoding: "utf8" }).split(" ")[1] ?? ""
  return { name, address: `10.77.0.1${name.slice(1)}`, port: 22, hostKey, fingerprint }
}

/** A lab that is up already, for tests that were started inside its management namespace. */
export function labOf(name = LAB_NAME): Lab {
  const place = placeOf(name)
  const mgmtNetns = `${name}-h0`
  const controlKeyFile = join(place, "control")
  const lab = (...argv: readonly string[]) => script(name, argv)
  const done = async (answer: Promise<string>): Promise<void> => void (await answer)
  return {
    name,
    place,
    nodes: readdirSync(place)
      .filter((entry) => /^h[1-9]$/.test(entry))
      .sort()
      .map((node) => nodeOf(place, node)),
    vip: (n) => `10.77.0.${100 + n}`,
    mgmtNetns,
    // Not `ip netns exec`: it gives another /sys too, in which there are no cgroups to put a node into.
    inMgmt: (...argv) => ["nsenter", `--net=/run/netns/${mgmtNetns}`, "--", ...argv],
    exec: (node, ...argv) => lab("exec", node, ...argv),
    powerOff: (node) => done(lab("power-off", node)),
    powerOn: (node) => done(lab("power-on", node)),
    boot: (node) => done(lab("boot", node)),
    cutLink: (node) => done(lab("cut", node)),
    healLink: (node) => done(lab("heal", node)),
    cutFrom: (node, others) => done(lab("cut-from", node, others)),
    heal: (node) => done(lab("heal-from", node)),
    cutPanel: () => done(lab("cut-from", "h0", "all")),
    healPanel: () => done(lab("heal-from", "h0")),
    isOn: (node) => lab("pid", node).then(Boolean, () => false),
    controlKey: readFileSync(controlKeyFile),
    controlKeyFile,
    knownHostsFile: join(place, "known_hosts"),
    down: async () => {
      await lab("down")
      const left = leftOf(name)
      if (left.length > 0) throw new Error(`The lab "${name}" left behind: ${left.join(", ")}`)
    },
  }
}

/** Network namespaces, cgroups (so processes too), mounts and files of that name: empty after `down`. */
export function leftOf(name: string): readonly string[] {
  const linesOf = (text: string, isOurs: (line: string) => boolean) => text.split("\n").filter(isOurs)
  const netns = linesOf(execFileSync("ip", ["netns", "list"], { encoding: "utf8" }), (line) => line.startsWith(`${name}-`))
  const mounts = linesOf(readFileSync("/proc/mounts", "utf8"), (line) => line.includes(`${placeOf(name)}/`))
  const folders = [`/sys/fs/cgroup/unified/${name}`, `/sys/fs/cgroup/${name}`, placeOf(name)].filter(existsSync)
  return [...netns, ...mounts, ...folders]
}
