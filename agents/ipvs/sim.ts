import { createHash } from "node:crypto"
import { type Balancer, balancerSchema, schedulers } from "../../lib/domain/balancer"
import { canonical, withPort } from "../../lib/domain/balancer-address"
import type { CommandResult } from "../../lib/node/session"
import type { Begun, Simulate } from "../contract"
import {
  changeByHand,
  countsOf,
  isLoaded,
  loadKernel,
  type SimCount,
  type SimCounted,
  setRules,
  simServices,
  syncText,
  tableText,
} from "../ipvs-sim"
import { AUTO, MODULES, RULES, SYSCTL } from "./facts"
import { parseIpvsSave } from "./parse-save"
import { renderRestore } from "./render-restore"
import { listings } from "./sim-connections"
import { holding } from "./sim-held"
import { marking } from "./sim-marks"

const answer = (stdout: string): Begun => ({ takesMs: 0, hasEffect: false, end: () => ({ exitCode: 0, stdout, stderr: "" }) })
const effect = (end: () => CommandResult, takesMs = 200): Begun => ({ takesMs, hasEffect: true, end })
const done: CommandResult = { exitCode: 0, stdout: "", stderr: "" }
const sha256Of = (text: string): string => createHash("sha256").update(text).digest("hex")
const empty: Balancer = balancerSchema.parse({})
const there = schedulers.filter((one) => one !== "twos")
const VERSION = "ipvsadm v1.31 2019/12/24 (compiled with popt and IPVS v1.2.1)"
const FORWARDING = "net.ipv4.ip_forward = 1"

function nameOf({ service }: SimCounted): string {
  if (service.kind === "mark") return `FWM ${service.mark}${service.family === "inet6" ? " IPv6" : ""}`
  return service.kind === "group"
    ? ""
    : `${(service.protocol ?? "udp").toUpperCase()} ${withPort(canonical(service.address), service.port ?? 0)}`
}
const targetOf = ({ address, port }: SimCount): string => withPort(address, port)
const columnsOf = (reals: readonly SimCount[]): string => {
  const sum = (of: (real: SimCount) => number) => reals.reduce((all, one) => all + of(one), 0)
  // Direct routing and tunnels answer past the director.
  const out = (one: SimCount) => (one.method === "nat" ? one.perSecond : 0)
  return [
    sum((r) => r.perSecond),
    sum((r) => r.perSecond * 8),
    sum((r) => out(r) * 7),
    sum((r) => r.perSecond * 900),
    sum((r) => out(r) * 14_000),
  ].join(" ")
}
function ratesText(table: readonly SimCounted[]): string {
  const top = [
    "IP Virtual Server version 1.2.1 (size=4096)",
    "Prot LocalAddress:Port CPS InPPS OutPPS InBPS OutBPS",
    " -> RemoteAddress:Port",
  ]
  const lines = table.flatMap((one) => [
    `${nameOf(one)} ${columnsOf(one.reals)}`,
    ...one.reals.map((real) => ` -> ${targetOf(real)} ${columnsOf([real])}`),
  ])
  return [...top, ...lines, ""].join("\n")
}
function thresholdsText(table: readonly SimCounted[]): string {
  const top = [
    "IP Virtual Server version 1.2.1 (size=4096)",
    "Prot LocalAddress:Port Uthreshold Lthreshold ActiveConn InActConn ",
    " -> RemoteAddress:Port",
  ]
  const lines = table.flatMap((one) => [
    `${nameOf(one)} ${one.scheduler}`,
    ...one.reals.map((real) => ` -> ${targetOf(real)} ${real.upper} ${real.lower} ${real.active} ${real.inactive} `),
  ])
  return [...top, ...lines, ""].join("\n")
}

const options = { tcp: "-t", udp: "-u", sctp: "--sctp-service" } as const
function optionOf({ service }: SimCounted): string {
  if (service.kind === "mark") return `-f ${service.mark}${service.family === "inet6" ? " -6" : ""}`
  return service.kind === "group" ? "" : `${options[service.protocol ?? "udp"]} ${withPort(canonical(service.address), service.port ?? 0)}`
}
const ways = { nat: "-m", direct: "-g", tunnel: "-i" } as const
/** As `ipvsadm -Sn` says it: without thresholds. */
const savedText = (table: readonly SimCounted[]): string =>
  table
    .flatMap((one) => [
      `-A ${optionOf(one)} -s ${one.scheduler}${one.persistence > 0 ? ` -p ${one.persistence}` : ""}${one.onePacket ? " -o" : ""}`,
      ...one.reals.map((real) => `-a ${optionOf(one)} -r ${targetOf(real)} ${ways[real.method]} -w ${real.weight}`),
    ])
    .map((line) => `${line}\n`)
    .join("")

/** The kernel's modules and ipvsadm of a pretend machine. */
export const simulate: Simulate = (host) => {
  /** What ipvsadm itself has put in: keepalived's table is keepalived's. */
  let own = empty
  let isForwarding = host.disk.has(SYSCTL)

  function restore(input: string): CommandResult {
    const before = renderRestore(own)
    const read = parseIpvsSave(`${before.allowed ? before.value : ""}${input}`)
    if (!read.ok) return { exitCode: 2, stdout: "", stderr: `${read.error.text}\n` }
    own = read.value.balancer
    setRules(host, () => own.virtualServers.flatMap((one) => simServices(one)))
    const wrong = read.value.notUnderstood.map(({ reason }) => `${reason ?? ""}\n`).join("")
    return { exitCode: wrong === "" ? 0 : 4, stdout: "", stderr: wrong }
  }
  /** Typed at its shell, beside keepalived or in raw mode. */
  function typed(words: readonly string[]): CommandResult {
    const said = `${words.join(" ")}\n`
    if (own.virtualServers.length > 0) return restore(said)
    const read = parseIpvsSave(words[0] === "-C" ? "" : `${savedText(countsOf(host))}${said}`)
    if (!read.ok) return { exitCode: 2, stdout: "", stderr: `${read.error.text}\n` }
    changeByHand(
      host,
      read.value.balancer.virtualServers.flatMap((one) => simServices(one)),
    )
    return done
  }
  function persist([, rules = "", auto = ""]: readonly string[], text: string): CommandResult {
    host.disk.set(rules, text)
    const others = (host.disk.get(auto) ?? "").split("\n").filter((line) => line !== "" && !line.startsWith("AUTO="))
    host.disk.set(auto, [...others, 'AUTO="true"', ""].join("\n"))
    return done
  }
  function persistedText(): string {
    const rules = host.disk.get(RULES)
    const auto = /^AUTO="(\w+)"$/m.exec(host.disk.get(AUTO) ?? "")?.[1]
    return `${rules === undefined ? "" : `sha256=${sha256Of(rules)}\n`}${auto === undefined ? "" : `auto=${auto}\natBoot=1\n`}moyai.end\n`
  }
  const atBoot = (): readonly string[] => (host.disk.get(MODULES) ?? "").split("\n")
  function loadModule([name = ""]: readonly string[]): CommandResult {
    const isKnown = name === "ip_vs" || there.some((one) => name === `ip_vs_${one}`)
    if (!isKnown)
      return { exitCode: 1, stdout: "", stderr: `modprobe: FATAL: Module ${name} not found in directory /lib/modules/6.1.0-28-amd64\n` }
    loadKernel(host)
    if (!atBoot().includes(name)) host.disk.set(MODULES, [...atBoot().filter(Boolean), name, ""].join("\n"))
    return done
  }
  const moduleText = ([name = ""]: readonly string[]) =>
    `${isLoaded(host) ? "loaded=1\n" : ""}${atBoot().includes(name) ? "atBoot=1\n" : ""}moyai.end\n`
  function kernelText(): string {
    const modules = ["ip_vs", ...there.map((one) => `ip_vs_${one}`)].map((name) => `module=${name}\n`).join("")
    return `${modules}${isLoaded(host) ? `loaded=1\n${syncText(host)}${VERSION}\n` : "ipvsadm is there\n"}moyai.end\n`
  }
  function setForward(): CommandResult {
    isForwarding = true
    host.disk.set(SYSCTL, `# Moyai: a director forwards for its real servers\n${FORWARDING}\n`)
    return done
  }
  const forwardText = () =>
    `now=${isForwarding ? 1 : 0}\n${(host.disk.get(SYSCTL) ?? "").includes(FORWARDING) ? "atBoot=1\n" : ""}moyai.end\n`
  const readText = () => {
    const table = isLoaded(host) ? countsOf(host) : []
    return `${isLoaded(host) ? `${savedText(table)}moyai.thresholds\n${thresholdsText(table)}` : ""}moyai.end\n`
  }
  const scripts = new Map<string, (args: readonly string[], stdin: string) => Begun>([
    ["moyai-ipvs-table", () => answer(tableText(host))],
    ["moyai-ipvs-rules", () => answer(`${tableText(host)}${isLoaded(host) ? thresholdsText(countsOf(host)) : ""}`)],
    ["moyai-ipvs-read", () => answer(readText())],
    ["moyai-ipvs-rates", () => answer(`${isLoaded(host) ? ratesText(countsOf(host)) : ""}moyai.end\n`)],
    ["moyai-ipvs-kernel", () => answer(kernelText())],
    ...listings(host),
    ...marking(host),
    ...holding(host),
    ["moyai-ipvs-persisted", () => answer(persistedText())],
    ["moyai-ipvs-module", (args) => answer(moduleText(args))],
    ["moyai-ipvs-forward", () => answer(forwardText())],
    ["moyai-ipvs-restore", (_, stdin) => effect(() => restore(stdin))],
    ["moyai-ipvs-persist", (args, stdin) => effect(() => persist(args, stdin))],
    ["moyai-ipvs-load-module", (args) => effect(() => loadModule(args))],
    ["moyai-ipvs-set-forward", () => effect(setForward)],
  ])
  if (atBoot().some((name) => name.startsWith("ip_vs"))) loadKernel(host)
  const saved = /^AUTO="true"$/m.test(host.disk.get(AUTO) ?? "") ? host.disk.get(RULES) : undefined
  if (saved !== undefined) restore(saved)
  return {
    begin: (argv, stdin) => {
      const [shell, option = "", , name = "", ...args] = argv
      if (shell === "ipvsadm" && /^-[CAEDaed]$/.test(option)) return effect(() => typed(argv.slice(1)))
      return shell === "sh" && option === "-c" ? scripts.get(name)?.(args, stdin) : undefined
    },
    held: () => [],
  }
}
