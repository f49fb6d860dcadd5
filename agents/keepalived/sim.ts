import { createHash } from "node:crypto"
import type { Balancer } from "../../lib/domain/balancer"
import type { CommandResult } from "../../lib/node/session"
import type { Begun, Simulate } from "../contract"
import { forgetByHand, setRules, setSync, simServices, tableText } from "../ipvs-sim"
import { FILE, MARK } from "./facts"
import { parseKeepalived } from "./parse"
import { addressLines, complaint, configText, filesOf, servicesNow } from "./sim-file"
import { createVrrp } from "./sim-vrrp"

export { simulate as simulateTrial } from "./sim-trial"

const VERSION = "Keepalived v2.2.7 (01/16,2022)\nmoyai.end\n"
const WANTS = "/etc/systemd/system/multi-user.target.wants/keepalived.service"
const CHANGE_MS = 300
const sha256Of = (text: string): string => createHash("sha256").update(text).digest("hex")
const result = (exitCode: number, stdout = "", stderr = ""): CommandResult => ({ exitCode, stdout, stderr })
const answer = (stdout: string, exitCode = 0, stderr = ""): Begun => ({
  takesMs: 0,
  hasEffect: false,
  end: () => result(exitCode, stdout, stderr),
})
const effect = (end: () => CommandResult, takesMs = CHANGE_MS): Begun => ({ takesMs, hasEffect: true, end })

type Process = { readonly pid: number; readonly model: Balancer }
/** A reload writes only what differs between the two files: what somebody changed of the rest stays. */
function changedKeys(was: Balancer, model: Balancer): readonly string[] {
  const texts = ({ directors: [director], virtualServers }: Balancer) =>
    new Map(virtualServers.flatMap((server) => simServices(server, director).map(({ key }) => [key, JSON.stringify(server)] as const)))
  const [before, after] = [texts(was), texts(model)]
  return [...new Set([...before.keys(), ...after.keys()])].filter((key) => before.get(key) !== after.get(key))
}
/** keepalived of a pretend machine: its file on the disk, VRRP over the segment, and the kernel's table by its checks. */
export const simulate: Simulate = (host) => {
  const vrrp = createVrrp(host)
  let running: Process | undefined
  let starts = 0
  let mark = ""

  const isEnabled = () => host.disk.has(WANTS)
  const isMaster = () => vrrp.isMaster()
  const enablement = () => (isEnabled() ? "enabled" : "disabled")
  const active = () => (running ? "active" : "inactive")
  function read(): CommandResult {
    const text = host.disk.get(FILE)
    const parsed = text === undefined ? undefined : parseKeepalived(text, filesOf(host))
    if (!parsed?.ok) return result(1, "", "Job for keepalived.service failed because the control process exited with error code.\n")
    if (!running) starts += 1
    const model = parsed.value.balancer
    forgetByHand(host, running && changedKeys(running.model, model))
    running = { pid: 800 + starts * 7, model }
    vrrp.configure(model.directors[0])
    const sync = model.directors[0]?.global?.syncDaemon
    setSync(host, () => (sync ? `${isMaster() ? "master" : "backup"} sync daemon (mcast=${sync.interface}, syncid=${sync.id ?? 0})\n` : ""))
    setRules(host, () => model.virtualServers.filter((one) => !one.haSuspend || isMaster()).flatMap((one) => servicesNow(host, model, one)))
    return result(0)
  }
  function stop(): CommandResult {
    if (running) {
      vrrp.stop()
      forgetByHand(host)
      setRules(host, () => [])
      setSync(host, () => "")
    }
    running = undefined
    return result(0)
  }
  function serviceText(): string {
    const text = host.disk.get(FILE)
    return [
      "moyai.installed",
      `ActiveState=${active()}`,
      ...(isEnabled() ? ["moyai.enabled"] : []),
      ...(text === undefined ? [] : [`sha256=${sha256Of(text)}  -`]),
      addressLines(host),
      "moyai.end\n",
    ].join("\n")
  }
  /** PUT with its check, as `configure` sends it. */
  function put([, path = "", , sum = ""]: readonly string[], text: string): CommandResult {
    if (sha256Of(text) !== sum) return result(1, "", "put short\n")
    const before = host.disk.get(path)
    if (before === text) return result(0, "put unchanged\n")
    const why = complaint(host, text)
    if (why !== "") return result(1, "", `put refused 5\n${why}`)
    if (before !== undefined) host.disk.set(`${path}.moyai-old`, before)
    host.disk.set(path, text)
    return result(0, "put written\n")
  }
  function load([path = "", sum = ""]: readonly string[]): CommandResult {
    if (sha256Of(host.disk.get(path) ?? "") !== sum) return result(1, "", `${path} is another than the plan's\n`)
    const done = read()
    if (done.exitCode === 0) mark = `${sum} ${running?.pid ?? 0}`
    return done
  }
  const test = (text: string): Begun => {
    const why = complaint(host, text)
    return { ...answer(why, why === "" ? 0 : 5), takesMs: CHANGE_MS }
  }
  const fileText = () => {
    const text = host.disk.get(FILE)
    return `${text === undefined ? "" : `${sha256Of(text)}  -\n`}moyai.end\n`
  }
  const shown = (property = "") => `${property}=${property === "ActiveState" ? active() : enablement()}\nmoyai.end\n`
  const loadedText = (path = "") =>
    `ActiveState=${active()}\nMainPID=${running?.pid ?? 0}\nmark=${path === MARK ? mark : ""}\n${tableText(host)}moyai.end\n`
  /** The facts' and operations' own small scripts, told apart by their `$0`. */
  const scripts = new Map<string, (args: readonly string[], stdin: string) => Begun>([
    ["moyai-keepalived", () => answer(serviceText())],
    ["moyai-keepalived-version", () => answer(VERSION)],
    ["moyai-keepalived-loaded", ([path]) => answer(loadedText(path))],
    ["moyai-keepalived-show", ([property]) => answer(shown(property))],
    ["moyai-keepalived-file", () => answer(fileText())],
    ["moyai-keepalived-addresses", () => answer(`${addressLines(host)}\nmoyai.end\n`)],
    [
      "moyai-keepalived-faults",
      () =>
        answer(
          `${vrrp
            .faults()
            .map((name) => `(${name}) Entering FAULT STATE\n`)
            .join("")}moyai.end\n`,
        ),
    ],
    ["moyai-keepalived-read", () => answer(configText(host))],
    ["moyai-keepalived-test", (_, stdin) => test(stdin)],
    ["moyai-keepalived-put", (args, stdin) => effect(() => put(args, stdin))],
    ["moyai-keepalived-load", (args) => effect(() => load(args))],
  ])
  function systemctl([, verb, ...words]: readonly string[]): Begun | undefined {
    if (!/^keepalived(?:\.service)?$/.test(words.at(-1) ?? "")) return undefined
    switch (verb) {
      case "start":
        return effect(() => (running ? result(0) : read()))
      case "restart":
        return effect(() => {
          stop()
          return read()
        })
      case "reload":
        return effect(() => (running ? read() : result(1, "", "keepalived.service is not active, cannot reload.\n")))
      case "stop":
        return effect(stop)
      case "enable":
      case "disable":
        return effect(() => {
          if (verb === "enable") host.disk.set(WANTS, "")
          else host.disk.delete(WANTS)
          return result(0)
        })
      case "is-active":
        return answer(`${active()}\n`, running ? 0 : 3)
      default:
        return undefined
    }
  }
  function begin(argv: readonly string[], stdin: string): Begun | undefined {
    vrrp.look()
    if (argv[0] === "sh" && argv[1] === "-c") return scripts.get(argv[3] ?? "")?.(argv.slice(4), stdin)
    if (argv[0] === "keepalived" && argv[1] === "-t") return test(host.disk.get(argv.at(-1) ?? "") ?? "")
    return argv[0] === "systemctl" ? systemctl(argv) : undefined
  }
  function disturb(what: string, name: string): boolean {
    if (what !== "stopUnit" || !/^keepalived(?:\.service)?$/.test(name) || !running) return false
    stop()
    return true
  }
  if (isEnabled()) read()
  return { begin, held: () => [], disturb }
}
