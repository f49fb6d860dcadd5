import { execFile, execFileSync, spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { closeSync, copyFileSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createConnection, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { makeIpvsImage } from "./ipvs-image"
import { LAB_NAME, startOf } from "./lab"

const run = promisify(execFile)
const NAMES = ["d1", "d2", "r1", "r2", "r3"] as const // as in ipvs/lab
const BOOT_MAX_MS = 240_000 // 20 s on a quiet machine
const OUTPUT_MAX = 16 * 1024 * 1024

export type IpvsNodeName = (typeof NAMES)[number]
export type IpvsNode = {
  readonly name: IpvsNodeName
  /** Where ssh reaches it from this machine: 127.0.0.1 and a port of its own. */
  readonly host: string
  readonly port: number
  /** Inside, among themselves: 10.77.0.11 to .15. */
  readonly address: string
  readonly hostKey: string
  readonly fingerprint: string
}
/** Directors d1 and d2, real servers r1 to r3, and the client h0 (10.77.0.10, 10.78.0.10), in one machine whose kernel has IPVS. */
export type IpvsLab = {
  readonly name: string
  readonly place: string
  readonly nodes: readonly IpvsNode[]
  /** Service addresses that nobody holds yet: 10.77.0.100 and on, where all nodes are. */
  readonly vip: (n: number) => string
  /** The same in the second network, where only the client and the directors are: 10.78.0.100 and on. Directors are .11 and .12. */
  readonly outerVip: (n: number) => string
  /** Runs as root in the node, also when it is unplugged, and gives its stdout. A non-zero exit is thrown. */
  readonly exec: (node: IpvsNodeName, ...argv: readonly string[]) => Promise<string>
  /** Writes the file in the node, as root, with its folder. */
  readonly write: (node: IpvsNodeName, path: string, text: string) => Promise<void>
  /** Runs in the client's network, and gives its stdout. A non-zero exit is thrown. */
  readonly client: (...argv: readonly string[]) => Promise<string>
  /** The wire goes first, then all at once. The disk survives. */
  readonly cutPower: (node: IpvsNodeName) => Promise<void>
  /** Until it answers ssh. */
  readonly powerOn: (node: IpvsNodeName) => Promise<void>
  /** Unplugs it at the switch, from the panel too: what is sent is lost, and the node's own link stays up. */
  readonly cutLink: (node: IpvsNodeName) => Promise<void>
  readonly healLink: (node: IpvsNodeName) => Promise<void>
  /** What these two send each other in 10.77.0.0/24 is lost, also after a boot; the panel reaches both. */
  readonly cutPair: (node: IpvsNodeName, other: IpvsNodeName) => Promise<void>
  /** "panel" is the client too. */
  readonly cutFrom: (node: IpvsNodeName, others: "panel" | "peers" | "all") => Promise<void>
  /** Takes back every `cutPair` and `cutFrom` of that node. */
  readonly heal: (node: IpvsNodeName) => Promise<void>
  /** A key that root's login takes. The panel's own key is not there: it is installed by the panel. */
  readonly controlKey: Buffer
  readonly controlKeyFile: string
  /** Throws when anything is left. */
  readonly down: () => Promise<void>
}
type State = { readonly pid: number; readonly start: string | undefined; readonly ports: readonly number[]; readonly knownHosts: string }

const placeOf = (name: string): string => join(tmpdir(), `moyai-ipvs-${name}`)
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url))
const quoted = (argv: readonly string[]): string => argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ")

/** TCP ports of 127.0.0.1 that nobody listens on. They are free once all are known, so none is given twice. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, "127.0.0.1")
      await new Promise((done) => server.once("listening", done))
      return server
    }),
  )
  return Promise.all(
    servers.map(async (server) => {
      const address = server.address()
      await new Promise((done) => server.close(done))
      return typeof address === "object" && address !== null ? address.port : 0
    }),
  )
}

/** By the machine's own sshd, which is the first port. All commands share one connection: a handshake takes a second there. */
const sshArgs = (place: string, port: number): readonly string[] => [
  ...["-F", "/dev/null", "-i", join(place, "control"), "-p", String(port)],
  ...[`UserKnownHostsFile=${join(place, "machine_known_hosts")}`, "StrictHostKeyChecking=yes", "BatchMode=yes", "LogLevel=ERROR"].flatMap(
    (option) => ["-o", option],
  ),
  ...["-o", `ControlPath=${join(place, "ssh")}`, "root@127.0.0.1"],
]
async function inMachine(place: string, port: number, argv: readonly string[]): Promise<string> {
  const { stdout } = await run("ssh", [...sshArgs(place, port), quoted(argv)], { maxBuffer: OUTPUT_MAX })
  return stdout
}

/** Whether an sshd greets there. QEMU takes the connection before anyone inside listens, so that alone says nothing. */
const greets = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port })
    const end = (isThere: boolean) => {
      socket.destroy()
      resolve(isThere)
    }
    socket.setTimeout(2_000, () => end(false))
    socket.once("data", (data) => end(data.toString().startsWith("SSH-")))
    socket.once("error", () => end(false))
    socket.once("close", () => resolve(false))
  })

/** What this run brings to the machine, as a disk: its scripts and keys. */
function makeRunDisk(place: string, ports: readonly number[]): void {
  for (const [key, comment] of [
    ["control", "lab"],
    ["host_key", "machine"],
  ])
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", comment ?? "", "-f", join(place, key ?? "")])
  for (const file of ["ipvs/init.sh", "ipvs/lab", "ipvs/sshd_config", "lab.sh"])
    copyFileSync(here(file), join(place, file.split("/").at(-1) ?? ""))
  writeFileSync(join(place, "machine_known_hosts"), `[127.0.0.1]:${ports[0]} ${readFileSync(join(place, "host_key.pub"), "utf8")}`)
  const brought = ["init.sh", "lab", "lab.sh", "sshd_config", "control.pub", "host_key"]
  execFileSync("tar", ["-C", place, "--owner=0", "--group=0", "-cf", join(place, "run.tar"), ...brought])
}

/** No KVM: QEMU emulates the processor. No way outside: the user network is restricted, and takes connections on 127.0.0.1 only. */
function qemuArgs(place: string, image: string, ports: readonly number[]): readonly string[] {
  const inside = ["10.77.0.9", ...NAMES.map((_, i) => `10.77.0.${11 + i}`)]
  const doors = inside.map((address, i) => `,hostfwd=tcp:127.0.0.1:${ports[i]}-${address}:22`).join("")
  const disk = (id: string, file: string) => [
    ...["-drive", `if=none,id=${id},file=${file},format=raw,readonly=on`, "-device", `virtio-blk-pci,drive=${id}`],
  ]
  // "pc" has clocks by which the TSC can be measured: microvm hangs early on a busy machine. max is all that TCG emulates.
  return [
    ...["-name", `moyai-${place}`, "-M", "pc", "-accel", "tcg,thread=multi,tb-size=256", "-cpu", "max", "-smp", "2", "-m", "2048"],
    ...["-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-serial", `file:${join(place, "console.log")}`],
    ...["-kernel", join(image, "vmlinuz"), "-initrd", join(image, "initramfs.gz")],
    "-append",
    "console=ttyS0 quiet loglevel=3 net.ifnames=0 mitigations=off audit=0 apparmor=0 random.trust_cpu=on tsc=reliable no_timer_check panic=-1",
    ...["-object", "rng-random,id=rng0,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=rng0"],
    ...disk("root", join(image, "root.ext4")), // the order is vda, vdb
    ...disk("run", join(place, "run.tar")),
    ...["-netdev", `user,id=n0,restrict=on,net=10.77.0.0/24,host=10.77.0.1,dns=10.77.0.2,dhcpstart=10.77.0.250${doors}`],
    ...["-device", "virtio-net-pci,netdev=n0,mac=52:54:00:4d:00:08,romfile="],
  ]
}

const stateFile = (name: string): string => join(placeOf(name), "state.json")
const stateOf = (name: string): State => JSON.parse(readFileSync(stateFile(name), "utf8"))
const isAlive = ({ pid, start }: Pick<State, "pid" | "start">): boolean => start !== undefined && startOf(pid) === start
async function kill(machine: Pick<State, "pid" | "start">): Promise<void> {
  if (isAlive(machine)) process.kill(machine.pid, "SIGKILL")
  for (let i = 0; i < 500 && isAlive(machine); i++) await pause(20)
}
/** The machine and files of that name, empty after `down`. */
const leftOf = (name: string): readonly string[] => [
  ...(existsSync(stateFile(name)) && isAlive(stateOf(name)) ? [`process ${stateOf(name).pid}`] : []),
  ...[placeOf(name)].filter(existsSync),
]
async function takeDown(name: string): Promise<void> {
  if (existsSync(stateFile(name))) {
    const state = stateOf(name)
    await run("ssh", ["-O", "exit", ...sshArgs(placeOf(name), state.ports[0] ?? 0)]).catch(() => "")
    await kill(state)
  }
  rmSync(placeOf(name), { recursive: true, force: true })
}
function refuseIfInUse(name: string): void {
  const file = join(placeOf(name), "owner.json")
  if (!existsSync(file)) return
  const owner: Pick<State, "pid" | "start"> = JSON.parse(readFileSync(file, "utf8"))
  if (owner.pid !== process.pid && isAlive(owner)) throw new Error(`The lab "${name}" is in use by process ${owner.pid}.`)
}

type Wanted = { readonly name?: string; readonly isKept?: boolean }
/**
 * Boots the machine: 20 to 40 s, and 25 s more the first time, or three minutes when there is no base either. What a killed run of
 * that name left behind is taken down first. `isKept`: it outlives this process, and whoever starts one of that name replaces it.
 */
export async function startIpvsLab({ name = LAB_NAME, isKept = false }: Wanted = {}): Promise<IpvsLab> {
  refuseIfInUse(name)
  const image = makeIpvsImage()
  await takeDown(name)
  const place = placeOf(name)
  mkdirSync(place, { mode: 0o700 })
  if (!isKept) writeFileSync(join(place, "owner.json"), JSON.stringify({ pid: process.pid, start: startOf(process.pid) }))
  try {
    const ports = await freePorts(1 + NAMES.length)
    makeRunDisk(place, ports)
    await boot(name, image, ports, isKept)
    const knownHosts = await inMachine(place, ports[0] ?? 0, ["cat", "/mnt/nodes/known_hosts"])
    writeFileSync(stateFile(name), JSON.stringify({ ...stateOf(name), knownHosts }))
  } catch (error) {
    await takeDown(name)
    throw error
  }
  return ipvsLabOf(name)
}
async function boot(name: string, image: string, ports: readonly number[], isKept: boolean): Promise<void> {
  const place = placeOf(name)
  const log = openSync(join(place, "qemu.log"), "w")
  // Without setpriv a killed test run would leave it running.
  const [first = "", ...rest] = [...(isKept ? [] : ["setpriv", "--pdeathsig", "KILL"]), "qemu-system-x86_64"]
  const qemu = spawn(first, [...rest, ...qemuArgs(place, image, ports)], { stdio: ["ignore", log, log], detached: isKept })
  closeSync(log)
  qemu.unref()
  const pid = qemu.pid ?? 0
  const machine = { pid, start: startOf(pid) }
  writeFileSync(stateFile(name), JSON.stringify({ ...machine, ports, knownHosts: "" }))
  const said = () =>
    ["qemu.log", "console.log"].map((file) => join(place, file)).map((file) => (existsSync(file) ? readFileSync(file, "utf8") : ""))
  const untilMs = Date.now() + BOOT_MAX_MS
  while (!(await greets(ports[0] ?? 0))) {
    if (qemu.exitCode !== null || qemu.signalCode !== null) throw new Error(`The machine with IPVS ended: ${said().join("\n").slice(-2_000)}`)
    if (Date.now() > untilMs) throw new Error(`The machine with IPVS does not answer: ${said().join("\n").slice(-2_000)}`)
    await pause(250)
  }
  await run("ssh", ["-fNM", ...sshArgs(place, ports[0] ?? 0)])
}

function nodesOf({ ports, knownHosts }: State): readonly IpvsNode[] {
  const keys = new Map(knownHosts.split("\n").map((line) => [line.split(" ")[0], line.split(" ").slice(1).join(" ")]))
  return NAMES.map((name, i) => {
    const address = `10.77.0.${11 + i}`
    const hostKey = keys.get(address) ?? ""
    const digest = createHash("sha256").update(Buffer.from(hostKey.split(" ")[1] ?? "", "base64"))
    const fingerprint = `SHA256:${digest.digest("base64").replace(/=+$/, "")}`
    return { name, host: "127.0.0.1", port: ports[i + 1] ?? 0, address, hostKey, fingerprint }
  })
}
/** A lab that is up already, started by another process of this machine. */
export function ipvsLabOf(name = LAB_NAME): IpvsLab {
  const place = placeOf(name)
  const state = stateOf(name)
  const controlKeyFile = join(place, "control")
  const machine = (...argv: readonly string[]) => inMachine(place, state.ports[0] ?? 0, argv)
  const lab = (...argv: readonly string[]) => machine("/mnt/lab", ...argv)
  const done = async (answer: Promise<string>): Promise<void> => void (await answer)
  return {
    name,
    place,
    nodes: nodesOf(state),
    vip: (n) => `10.77.0.${100 + n}`,
    outerVip: (n) => `10.78.0.${100 + n}`,
    exec: (node, ...argv) => lab("exec", node, ...argv),
    write: (node, path, text) =>
      done(lab("exec", node, "sh", "-c", 'mkdir -p "$(dirname "$2")" && printf %s "$1" >"$2"', "sh", text, path)),
    client: (...argv) => machine("nsenter", "--net=/run/netns/ipvs-h0", "--", ...argv),
    cutPower: (node) => done(lab("power-off", node)),
    powerOn: (node) => done(lab("power-on", node)),
    cutLink: (node) => done(lab("cut", node)),
    healLink: (node) => done(lab("heal", node)),
    cutPair: (node, other) => done(lab("cut-pair", node, other)),
    cutFrom: (node, others) => done(lab("cut-from", node, others)),
    heal: (node) => done(lab("heal-from", node)),
    controlKey: readFileSync(controlKeyFile),
    controlKeyFile,
    down: async () => {
      await takeDown(name)
      const left = leftOf(name)
      if (left.length > 0) throw new Error(`The lab "${name}" left behind: ${left.join(", ")}`)
    },
  }
}
