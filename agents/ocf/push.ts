import { z } from "zod"
import { sh } from "../../lib/node/sh"
import type { Push } from "../contract"
import { monitorName } from "./operations"
import type { OcfDefinition } from "./schema"

const LINE_MAX = 65_536
/** systemd's own messages name the unit that they are about (systemd.journal-fields(7), UNIT=). */
const Entry = z.object({ UNIT: z.string() })

function unitOf(line: string): string | undefined {
  if (line.length > LINE_MAX || !line.includes('"UNIT"')) return undefined
  try {
    return Entry.safeParse(JSON.parse(line)).data?.UNIT
  } catch {
    return undefined // a torn or foreign line says nothing
  }
}
/** What process 1 tells about the units of these resources, at once. OCF agents and scripts tell nothing there: they are polled. */
export function push(definitions: readonly OcfDefinition[]): Push {
  const facts = new Map<string, string[]>()
  for (const { resource } of definitions)
    if (resource.class === "systemd") facts.set(resource.unit, [...(facts.get(resource.unit) ?? []), monitorName(resource.name)])
  return {
    command: sh`journalctl -f -n 0 -q -o json --no-pager _PID=1`,
    wakes: (line) => facts.get(unitOf(line) ?? "") ?? [],
  }
}
