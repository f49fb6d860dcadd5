import { canonical } from "../../lib/domain/balancer-address"
import { KeepalivedService } from "../../lib/domain/balancer-live"
import type { CommandResult } from "../../lib/node/session"
import { lineOf } from "../agent-line"
import { type KernelTable, kernelTableIn } from "../ipvs-table"
import type { ConfigTest, KeepalivedConfig } from "./schema"

const MIB = 1024 * 1024
/** Of keepalived.conf with a mark before each line; 1,000 virtual servers of ten real servers with a check each are 1.5 MiB. */
export const CONFIG_MAX = 4 * MIB
type HeldAddress = KeepalivedService["addresses"][number]

/** @throws Error when the script did not come to its end. */
function whole(what: string, { exitCode, stdout, stderr, truncated }: CommandResult, max = MIB): string {
  if (stdout.length > max || truncated) throw new Error(`${what} answered more than ${max / MIB} MiB`)
  if (!/(?:^|\n)moyai\.end\n$/.test(stdout)) throw new Error(`${what} ended with exit code ${exitCode} ${lineOf(stderr)}`.trim())
  return stdout
}
const property = (text: string, key: string): string => new RegExp(`^${key}=([^\\n]*)$`, "m").exec(text)?.[1] ?? ""

/** `2: eth0    inet 10.0.0.1/24 …`, a line for each address, as `ip -o addr` writes them. */
export function addressesIn(text: string): readonly HeldAddress[] {
  const lines = text.matchAll(/^\d+: ([\w.:@-]{1,32}) +inet6? ([0-9a-f.:]{2,45})(?: peer [0-9a-f.:]+)?(?:\/(\d{1,3}))?(?: |$)/gm)
  return [...lines].map(([, device = "", address = "", prefix]) => ({
    interface: device.split("@")[0] ?? "",
    address: canonical(address),
    prefix: Number(prefix ?? (address.includes(":") ? 128 : 32)),
  }))
}
const states: readonly string[] = KeepalivedService.shape.active.options
export function parseService(result: CommandResult): KeepalivedService {
  const text = whole("keepalived.service", result)
  const active = property(text, "ActiveState")
  const sha256 = /^sha256=([0-9a-f]{64})\b/m.exec(text)?.[1] ?? null
  return KeepalivedService.parse({
    isInstalled: /^moyai\.installed$/m.test(text),
    active: states.includes(active) ? active : "unknown",
    isEnabled: /^moyai\.enabled$/m.test(text),
    configSha256: sha256,
    addresses: addressesIn(text),
  })
}

export const parseVersion = (result: CommandResult): string | null =>
  /^Keepalived v(\d[\w.-]{0,30})/m.exec(whole("keepalived --version", result))?.[1] ?? null

/** What `load` left behind: the file that this process was last told to read. */
export type Loaded = { readonly active: string; readonly pid: string; readonly mark: string; readonly kernel: KernelTable }
export function parseLoaded(result: CommandResult): Loaded {
  const text = whole("keepalived and its table", result)
  return {
    active: property(text, "ActiveState"),
    pid: property(text, "MainPID"),
    mark: property(text, "mark"),
    kernel: kernelTableIn(result),
  }
}
export const parseSha256 = (result: CommandResult): string | null => /^([0-9a-f]{64})\b/m.exec(whole("sha256sum", result))?.[1] ?? null
export const parseActive = (result: CommandResult): string => property(whole("systemctl", result), "ActiveState")
export const parseEnabled = (result: CommandResult): boolean => /^enabled/.test(property(whole("systemctl", result), "UnitFileState"))
export const parseAddresses = (result: CommandResult): readonly HeldAddress[] => addressesIn(whole("ip", result))

/** `(web) Entering FAULT STATE`; at its start `(web) entering FAULT state`, with the reason in a line of its own. The last one counts. */
export function parseFaults(result: CommandResult): readonly string[] {
  const said = whole("journalctl", result).matchAll(/^\((\S{1,255})\):? entering (master|backup|fault) state\b/gim)
  const states = new Map([...said].map(([, name = "", state = ""]) => [name, state.toLowerCase()]))
  return [...states].flatMap(([name, state]) => (state === "fault" ? [name] : []))
}

const TAB = String.fromCodePoint(9)
/** Escapes of the terminal have no business in what a person is shown. */
const printable = (text: string): string => text.replace(/[^\P{Cc}\n\t]|\p{Cf}/gu, "\ufffd").replaceAll(TAB, "  ")

/**
 * `file NAME`, then its lines with "|" before each; an empty line where the last of them had its end.
 * @throws Error where it is too long, or has no end
 */
export function parseConfig(result: CommandResult): KeepalivedConfig {
  const files = new Map<string, string>()
  let name: string | undefined
  let lines: string[] = []
  const end = (isEnded: boolean) => {
    if (name !== undefined && !files.has(name)) files.set(name, lines.join("\n") + (isEnded && lines.length > 0 ? "\n" : ""))
    name = undefined
    lines = []
  }
  for (const line of whole("keepalived.conf", result, CONFIG_MAX).split("\n")) {
    if (line.startsWith("|")) lines.push(line.slice(1))
    else {
      end(line === "")
      if (line.startsWith("file ")) name = lineOf(line.slice(5))
    }
  }
  const text = files.get("keepalived.conf")
  files.delete("keepalived.conf")
  return { text: text ?? null, files: Object.fromEntries(files) }
}
export function parseTest({ exitCode, stdout, stderr }: CommandResult): ConfigTest {
  const said = [stdout, stderr].filter((text) => text !== "").join("\n")
  return { exit: exitCode, output: printable(said.slice(0, 65_536)).trim() }
}
