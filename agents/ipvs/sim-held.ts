import { canonical } from "../../lib/domain/balancer-address"
import type { CommandResult } from "../../lib/node/session"
import type { Begun, SimHost } from "../contract"
import { HELD_FILE } from "./operations-held"

const done: CommandResult = { exitCode: 0, stdout: "", stderr: "" }
const effect = (end: () => void): Begun => ({
  ...{ takesMs: 200, hasEffect: true },
  end: () => {
    end()
    return done
  },
})
/** The unit with the addresses of a pretend director, which it sets again at boot. */
export function holding({ disk, addresses }: SimHost): readonly (readonly [string, (args: readonly string[]) => Begun])[] {
  const kept = () =>
    [...(disk.get(HELD_FILE) ?? "").matchAll(/ address replace (\S+)\/(\d+) dev /g)].map(([, a = "", p = ""]) => [a, p] as const)
  function keep(all: readonly (readonly [string, string])[]): void {
    if (all.length === 0) disk.delete(HELD_FILE)
    else disk.set(HELD_FILE, all.map(([a, p]) => `ExecStart=/usr/sbin/ip address replace ${a}/${p} dev eth0\n`).join(""))
  }
  const others = (address: string) => kept().filter(([one]) => one !== address)
  for (const [address, prefix] of kept()) addresses.add(`${address}/${prefix}`)
  const shown = (): CommandResult => {
    const here = [...addresses].map((one) => `here=${canonical(one.split("/")[0] ?? "")}\n`)
    const lines = [...kept().map(([address]) => `kept=${address}\n`), ...(disk.has(HELD_FILE) ? ["atBoot=1\n"] : []), ...here]
    return { ...done, stdout: `${lines.join("")}moyai.end\n` }
  }
  return [
    ["moyai-held", () => ({ takesMs: 0, hasEffect: false, end: shown })],
    [
      "moyai-hold-address",
      ([address = "", prefix = ""]) =>
        effect(() => {
          addresses.add(`${address}/${prefix}`)
          keep([...others(address), [address, prefix]])
        }),
    ],
    [
      "moyai-drop-address",
      ([address = "", prefix = ""]) =>
        effect(() => {
          addresses.delete(`${address}/${prefix}`)
          keep(others(address))
        }),
    ],
  ]
}
