import { execFile, execFileSync, spawn } from "node:child_process"
import { closeSync, copyFileSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createConnection, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { startOf } from "./lab"

/** The machine inside which the nodes of ipvs-lab.ts are: QEMU without KVM, driven by ssh. */
const run = promisify(execFile)
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url))
const BOOT_MAX_MS = 240_000 // 22 s on a slow machine
const OUTPUT_MAX = 16 * 1024 * 1024
const SCRIPTS = ["ipvs/init.sh", "ipvs/lab", "ipvs/sshd_config", "lab.sh"]

type Process = { readonly pid: number; readonly start: string | undefined }
/** `ports` are those of 127.0.0.1 that lead to the machine itself, then to each of its nodes. */
type Machine = Process & { readonly ports: readonly number[] }

/** Its files on this machine. */
export const placeOf = (name: string): string => join(tmpdir(), `moyai-ipvs-${name}`)
const machineFile = (name: string): string => join(placeOf(name), "machine.json")
const ownerFile = (name: string): string => join(placeOf(name), "owner.json")
const fileOf = <T>(file: string): T | undefined => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined)
/** The ports, as long as it is there. Throws when none of that name was started. */
export function portsOf(name: string): readonly number[] {
  const machine = fileOf<Machine>(machineFile(name))
  if (!machine) throw new Error(`There is no lab "${name}".`)
  return machine.ports
}
const isAlive = ({ pid, start }: Process): boolean => start !== undefined && startOf(pid) === start

/** TCP ports of 127.0.0.1 that nobody listens on. They are given up once all are known, so none comes twice. */
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

const sshArgs = (name: string): readonly string[] => [
  ...["-F", "/dev/null", "-i", join(placeOf(name), "nodes/control"), "-p", String(portsOf(name)[0])],
  ...["StrictHostKeyChecking=yes", "BatchMode=yes", "LogLevel=ERROR"].flatMap((option) => ["-o", option]),
  ...["-o", `UserKnownHostsFile=${join(placeOf(name), "known_hosts")}`, "-o", `ControlPath=${join(placeOf(name), "ssh")}`],
  "root@127.0.0.1",
]
const quoted = (argv: readonly string[]): string => argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ")
/** Runs as root in the machine itself and gives its stdout. All share one connection: a handshake takes a second there. */
export async function inMachine(name: string, argv: readonly string[]): Promise<string> {
  const { stdout } = await run("ssh", [...sshArgs(name), quoted(argv)], { maxBuffer: OUTPUT_MAX })
  return stdout
}
/** Whether an sshd greets there. QEMU takes the connection before anyone inside listens, so that alone says nothing. */
const greets = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port })
    socket.setTimeout(2_000, () => socket.destroy())
    socket.once("data", (data) => {
      resolve(data.toString().startsWith("SSH-"))
      socket.destroy()
    })
    socket.once("error", () => socket.destroy())
    socket.once("close", () => resolve(false)) // after an answer it says nothing more
  })

/** What this run brings to the machine, as a disk: scripts, keys, and the nodes' own disks, which would take 30 s to make inside. */
function makeRunDisk(place: string, nodes: number): void {
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "machine", "-f", join(place, "host_key")])
  const files = SCRIPTS.map((script) => script.split("/").at(-1) ?? "")
  for (const [i, file] of files.entries()) copyFileSync(here(SCRIPTS[i] ?? ""), join(place, file))
  execFileSync(join(place, "lab"), ["disks", String(nodes)], { env: { ...process.env, LAB: join(place, "nodes") } })
  const tar = ["-C", place, "--owner=0", "--group=0", "--exclude=nodes/control", "-cf", join(place, "run.tar")]
  execFileSync("tar", [...tar, "host_key", "nodes", ...files])
}
/** The user network takes connections on 127.0.0.1 only, and lets nothing out. It is 10.77.0.1 inside, where the panel comes from. */
function qemuArgs(place: string, image: string, doors: readonly (readonly [port: number, address: string])[]): readonly string[] {
  const disk = (id: string, file: string) => [
    ...["-drive", `if=none,id=${id},file=${file},format=raw,readonly=on`, "-device", `virtio-blk-pci,drive=${id}`],
  ]
  const network = "user,id=n0,restrict=on,ipv6=off,net=10.77.0.0/24,host=10.77.0.1,dns=10.77.0.2,dhcpstart=10.77.0.250"
  // Without norandmaps QEMU translates each program anew at each start: 50 ms instead of 11. 256 MB of translations were full 7 times a boot.
  // "pc" has clocks by which the TSC can be measured: microvm hangs early on a busy machine. By default TCG would take 1.5 GB.
  return [
    ...["-M", "pc", "-accel", "tcg,thread=multi,tb-size=512", "-cpu", "max", "-smp", "2", "-m", "2048"],
    ...["-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-serial", `file:${join(place, "console.log")}`],
    ...["-kernel", join(image, "vmlinuz"), "-initrd", join(image, "initramfs.gz"), "-append"],
    "console=ttyS0 quiet loglevel=3 net.ifnames=0 mitigations=off audit=0 apparmor=0 random.trust_cpu=on tsc=reliable no_timer_check norandmaps init_on_alloc=0 panic=-1",
    ...["-object", "rng-random,id=rng0,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=rng0"],
    ...disk("root", join(image, "root.ext4")), // in this order they are vda and vdb
    ...disk("run", join(place, "run.tar")),
    ...["-netdev", network + doors.map(([port, address]) => `,hostfwd=tcp:127.0.0.1:${port}-${address}:22`).join("")],
    ...["-device", "virtio-net-pci,netdev=n0,mac=52:54:00:4d:00:08,romfile="],
  ]
}

type Wanted = { readonly name: string; readonly image: string; readonly isKept: boolean; readonly addresses: readonly string[] }
/** Until the machine answers, which is when its nodes do. What a killed run of that name left is taken down; a live one is refused. */
export async function bootMachine({ name, image, isKept, addresses }: Wanted): Promise<void> {
  const owner = fileOf<Process>(ownerFile(name))
  if (owner && owner.pid !== process.pid && isAlive(owner))
    throw new Error(`The lab "${name}" is in use by process ${owner.pid}. Wait until it ends, or take another name.`)
  await endMachine(name)
  const place = placeOf(name)
  mkdirSync(place, { mode: 0o700 })
  if (!isKept) writeFileSync(ownerFile(name), JSON.stringify({ pid: process.pid, start: startOf(process.pid) }))
  try {
    makeRunDisk(place, addresses.length)
    const ports = await freePorts(1 + addresses.length)
    const doors = ["10.77.0.9", ...addresses].map((address, i) => [ports[i] ?? 0, address] as const)
    writeFileSync(join(place, "known_hosts"), `[127.0.0.1]:${ports[0]} ${readFileSync(join(place, "host_key.pub"), "utf8")}`)
    await startQemu({ name, ports, isKept, args: qemuArgs(place, image, doors) })
    await run("ssh", ["-fNM", ...sshArgs(name)])
    await inMachine(name, ["date", "-s", `@${Date.now() / 1000}`]) // its clock was set in whole seconds
  } catch (error) {
    await endMachine(name)
    throw error
  }
}
type Start = { readonly name: string; readonly ports: readonly number[]; readonly isKept: boolean; readonly args: readonly string[] }
async function startQemu({ name, ports, isKept, args }: Start): Promise<void> {
  const place = placeOf(name)
  const log = openSync(join(place, "qemu.log"), "w")
  // A killed test run takes it along.
  const [first = "", ...rest] = [...(isKept ? [] : ["setpriv", "--pdeathsig", "KILL"]), "qemu-system-x86_64", ...args]
  const qemu = spawn(first, rest, { stdio: ["ignore", log, log], detached: isKept })
  closeSync(log)
  qemu.unref()
  const pid = qemu.pid ?? 0
  writeFileSync(machineFile(name), JSON.stringify({ pid, start: startOf(pid), ports }))
  const said = () => ["qemu.log", "console.log"].map((file) => fileText(join(place, file)).slice(-2_000)).join("\n")
  const untilMs = Date.now() + BOOT_MAX_MS
  while (!(await greets(ports[0] ?? 0))) {
    if (qemu.exitCode !== null || qemu.signalCode !== null) throw new Error(`The machine with IPVS ended: ${said()}`)
    if (Date.now() > untilMs) throw new Error(`The machine with IPVS did not answer for ${BOOT_MAX_MS} ms: ${said()}`)
    await pause(250)
  }
}
const fileText = (file: string): string => (existsSync(file) ? readFileSync(file, "utf8") : "")

/** The power of all at once; its files go. Throws when it does not die. */
export async function endMachine(name: string): Promise<void> {
  const machine = fileOf<Machine>(machineFile(name))
  if (machine) {
    await run("ssh", ["-O", "exit", ...sshArgs(name)]).catch(() => "")
    if (isAlive(machine)) process.kill(machine.pid, "SIGKILL")
    for (let i = 0; i < 500 && isAlive(machine); i++) await pause(20)
    if (isAlive(machine)) throw new Error(`The lab "${name}" left behind: process ${machine.pid}`)
  }
  rmSync(placeOf(name), { recursive: true, force: true })
}
