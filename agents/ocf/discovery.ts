import { Name } from "../../lib/domain/call"
import type { CommandResult } from "../../lib/node/session"
import { sh } from "../../lib/node/sh"
import { lineOf } from "../agent-line"
import type { Fact } from "../contract"
import { AtBoot } from "./schema"

export type Provider = { readonly provider: string; readonly agents: readonly string[] }
export type UnitFile = { readonly unit: string; readonly atBoot: AtBoot }

const OUTPUT_MAX = 1024 * 1024
const LINES_MAX = 10_000
const linesOf = (what: string, text: string): readonly string[] => {
  if (text.length > OUTPUT_MAX) throw new Error(`${what} answered more than 1 MiB`)
  return text.split("\n").slice(0, LINES_MAX)
}

/** A node without the folder has no agents; names that no definition could take are left out. */
export function parseAgents({ stdout }: CommandResult): readonly Provider[] {
  const found = new Map<string, Set<string>>()
  for (const line of linesOf("the list of agents", stdout)) {
    const [, provider, agent] = /^\/usr\/lib\/ocf\/resource\.d\/([^/]+)\/([^/]+)$/.exec(line) ?? []
    if (!Name.safeParse(provider).success || !Name.safeParse(agent).success || provider === undefined || agent === undefined) continue
    found.set(provider, (found.get(provider) ?? new Set()).add(agent))
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([provider, agents]) => ({ provider, agents: [...agents].sort() }))
}
export const listAgents = (): Fact<readonly Provider[]> => ({
  name: "ocf.agents",
  command: sh`find -L /usr/lib/ocf/resource.d -mindepth 2 -maxdepth 2 -type f -perm -u+x`,
  parse: parseAgents,
  everyMs: 600_000,
})

/** @throws Error when systemd did not answer. */
export function parseUnits({ exitCode, stdout, stderr }: CommandResult): readonly UnitFile[] {
  if (exitCode !== 0 && stdout === "") throw new Error(`systemctl list-unit-files ended with exit code ${exitCode}: ${lineOf(stderr)}`)
  return linesOf("systemctl list-unit-files", stdout).flatMap((line) => {
    const [, unit, state] = /^([A-Za-z0-9_][A-Za-z0-9:_.@\\-]{0,254}) +([a-z-]+)(?: |$)/.exec(line) ?? []
    return unit === undefined ? [] : [{ unit, atBoot: AtBoot.safeParse(state).data ?? ("unknown" as const) }]
  })
}
export const listUnits = (): Fact<readonly UnitFile[]> => ({
  name: "ocf.units",
  command: sh`systemctl list-unit-files --type=service --no-legend --plain --no-pager`,
  parse: parseUnits,
  everyMs: 600_000,
})
