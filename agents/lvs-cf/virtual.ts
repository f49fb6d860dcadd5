import { canonical } from "../../lib/domain/balancer-address"
import { checksOf } from "./checks"
import { type Asked, ask, numberIn, portIn, type Reader } from "./reader"
import type { Section } from "./text"

type Fields = Readonly<Record<string, unknown>>
export type Vip = { readonly address: string; readonly prefix?: number; readonly device: string; readonly label?: string }
const bit = (word: string): boolean | undefined => (word === "1" ? true : word === "0" ? false : undefined)
const wordIn = (known: readonly string[]) => (word: string) => (known.includes(word) ? word : undefined)
export const given = (fields: Fields): Fields => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

/** `192.168.10.249 eth0:1`: address, device and the alias, which becomes a label. */
export function vipOf(words: readonly string[] | undefined, prefix: number | undefined): Vip | undefined {
  const [address, alias] = words ?? []
  if (address === undefined) return undefined
  const device = alias?.split(":")[0] ?? "eth0"
  return { address, ...(prefix === undefined ? {} : { prefix }), device, ...(alias?.includes(":") ? { label: alias } : {}) }
}
/** What is switched off in Piranha is in no table, so it is a comment here. */
export function asComment(section: Section, into: Reader): readonly { readonly text: string; readonly before: string }[] {
  const linesOf = ({ kind, name, pairs, sections }: Section): readonly string[] => [
    `${kind} ${name} {`,
    ...pairs.map(({ text }) => `  ${text}`),
    ...sections.flatMap(linesOf),
    "}",
  ]
  const said = linesOf(section)
  into.verbatim.push({ line: section.line, text: said.join("\n") })
  return said.map((text) => ({ text: `# lvs.cf: ${text}`, before: "" }))
}
export const isActive = (section: Section, otherwise: boolean): boolean => {
  const said = section.pairs.findLast(({ key }) => key === "active")?.words[0]
  return said === undefined ? otherwise : said !== "0"
}
function realServer(
  section: Section,
  virtual: { readonly port: number; readonly isMark: boolean; readonly checks: ReturnType<typeof checksOf> },
  into: Reader,
  path: string,
): Fields {
  const asked = ask(section, into)
  into.understood++
  into.lines.set(path, section.line)
  asked.words("active")
  const address = asked.words("address", `${path}.address`)?.[0] ?? ""
  const port = asked.value("port", portIn, "port", `${path}.port`) ?? (virtual.isMark ? undefined : virtual.port)
  const weight = asked.value("weight", numberIn, "number", `${path}.weight`) ?? 1
  return given({
    name: section.name,
    address: canonical(address),
    port,
    weight,
    checks: virtual.checks(canonical(address), port ?? virtual.port),
    kept: asked.left(["nmask"]),
  })
}
function tellMonitor(section: Section, monitor: string | undefined, into: Reader): void {
  if (monitor === undefined || monitor === "none") return
  const { line, text } = section.pairs.findLast(({ key }) => key === "load_monitor") ?? { line: section.line, text: monitor }
  into.understood--
  into.notUnderstood.push({ line, text, reason: "keepalived does not weigh by load; a MISC_CHECK with misc_dynamic could" })
}
/** 0 is none, and then the mask means nothing. */
function persistenceOf(asked: Asked, path: string): Fields {
  const timeout = asked.value("persistent", numberIn, "number of seconds", `${path}.persistenceTimeout`) ?? 0
  const mask = asked.words("pmask", `${path}.persistenceMask`)?.[0]
  return timeout === 0 ? {} : { persistenceTimeout: timeout, persistenceMask: mask }
}
const schedulers = ["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh"]
/** One `virtual NAME { … }` as a virtual server, and its address for VRRP. */
export function virtualServer(
  section: Section,
  method: string,
  into: Reader,
  path: string,
): { readonly fields: Fields; readonly vip: Vip | undefined; readonly mask: string | undefined } {
  const asked = ask(section, into)
  into.understood++
  into.lines.set(path, section.line)
  asked.words("active")
  const words = asked.words("address", `${path}.service.address`)
  const mask = asked.words("vip_nmask")?.[0]
  const port = asked.value("port", portIn, "port", `${path}.service.port`) ?? 80
  const protocol = asked.value("protocol", wordIn(["tcp", "udp"]), "protocol of lvs.cf", `${path}.service.protocol`) ?? "tcp"
  const mark = asked.value("fwmark", numberIn, "firewall mark", `${path}.service.mark`) ?? 0
  const isMark = mark > 0
  const timeout = asked.value("timeout", numberIn, "number of seconds", `${path}.delayLoop`) ?? 10
  tellMonitor(section, asked.words("load_monitor")?.[0], into)
  const sorry = asked.words("sorry_server", `${path}.sorryServer`)?.[0]
  const checks = checksOf(asked, { port, protocol, line: section.line }, into)
  const servers = section.sections.filter(({ kind }) => kind === "server")
  const off = servers.filter((one) => !isActive(one, true)).flatMap((one) => asComment(one, into))
  const realServers = servers
    .filter((one) => isActive(one, true))
    .map((one, i) => realServer(one, { port, isMark, checks }, into, `${path}.realServers.${i}`))
  const address = canonical(words?.[0] ?? "")
  const fields = given({
    name: section.name,
    service: isMark ? { kind: "mark", mark } : { kind: "address", address, port, protocol },
    scheduler: asked.value("scheduler", wordIn(schedulers), "scheduler of lvs.cf", `${path}.scheduler`) ?? "wlc",
    forwarding: { method },
    ...persistenceOf(asked, path),
    delayLoop: timeout,
    connectTimeout: timeout,
    inhibitOnFailure: asked.value("quiesce_server", bit, "0 or 1", `${path}.inhibitOnFailure`) === true ? true : undefined,
    sorryServer: sorry === undefined ? undefined : given({ address: canonical(sorry), port: isMark ? undefined : port }),
    realServers,
    kept: [...asked.left(["reentry"]), ...off],
  })
  return { fields, vip: vipOf(words, undefined), mask }
}
