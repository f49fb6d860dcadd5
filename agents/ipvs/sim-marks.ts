import { familyOf } from "../../lib/domain/balancer-address"
import type { CommandResult } from "../../lib/node/session"
import type { Begun, SimHost } from "../contract"
import { MARKS, UNIT_FILE } from "./operations-marks"

const RULE = /^ +ip6? daddr (\S+) (tcp|udp|sctp) dport (\d+)(?:-(\d+))? meta mark set (\d+)$/
const done: CommandResult = { exitCode: 0, stdout: "", stderr: "" }
const effect = (end: () => CommandResult): Begun => ({ takesMs: 200, hasEffect: true, end })
const payload = (protocol: string, field: string, right: unknown) => ({
  match: { op: "==", left: { payload: { protocol, field } }, right },
})
/** As `nft -j` lists the table that is made of such a text. */
function listed(text: string): string {
  const of = { family: "inet", table: "moyai_marks" }
  const rules = text.split("\n").flatMap((line) => {
    const [, address = "", protocol = "", from = "", to, mark = ""] = RULE.exec(line) ?? []
    if (address === "") return []
    const port = to === undefined ? Number(from) : { range: [Number(from), Number(to)] }
    const set = { mangle: { key: { meta: { key: "mark" } }, value: Number(mark) } }
    const daddr = payload(familyOf(address) === "inet6" ? "ip6" : "ip", "daddr", address)
    return [{ rule: { ...of, chain: "prerouting", handle: 2, expr: [daddr, payload(protocol, "dport", port), set] } }]
  })
  const chain = { ...of, name: "prerouting", handle: 1, type: "filter", hook: "prerouting", prio: -150, policy: "accept" }
  return JSON.stringify({ nftables: [{ table: { family: "inet", name: "moyai_marks", handle: 1 } }, { chain }, ...rules] })
}
/** nft of a pretend director: our table alone, which the unit loads again at boot. */
export function marking({ disk }: SimHost): readonly (readonly [string, (args: readonly string[], stdin: string) => Begun])[] {
  let loaded = disk.has(UNIT_FILE) ? disk.get(MARKS) : undefined
  function shown(): CommandResult {
    const file = disk.get(MARKS)
    const lines = [
      "nftables v1.0.6 (Lester Gooch #5)",
      ...(loaded === undefined ? [] : ["moyai.table", listed(loaded)]),
      ...(disk.has(UNIT_FILE) ? ["moyai.atBoot"] : []),
      ...(file === undefined
        ? []
        : [
            "moyai.file",
            ...file
              .split("\n")
              .slice(0, -1)
              .map((line) => `|${line}`),
          ]),
    ]
    return { ...done, stdout: `${lines.join("\n")}\nmoyai.end\n` }
  }
  function load(text: string): CommandResult {
    disk.set(MARKS, text)
    disk.set(UNIT_FILE, `ExecStart=/usr/sbin/nft -f ${MARKS}\n`)
    loaded = text
    return done
  }
  function unload(): CommandResult {
    for (const path of [MARKS, UNIT_FILE]) disk.delete(path)
    loaded = undefined
    return done
  }
  return [
    ["moyai-marks", () => ({ takesMs: 0, hasEffect: false, end: shown })],
    ["moyai-marks-load", (_, stdin) => effect(() => load(stdin))],
    ["moyai-marks-unload", () => effect(unload)],
  ]
}
