import type { Db } from "../db/client"
import type { Inventory } from "./inventory"

const FACTS_MAX = 200_000

/** After a start the screen shows what was known before, with its age: stale or unknown, never as if seen now. */
export async function restoreFacts(db: Db, inventory: Inventory): Promise<void> {
  const nodes = await db.node.findMany({ select: { id: true, name: true, clusterId: true } })
  const byId = new Map(nodes.map((n) => [n.id, n]))
  const rows = await db.factRow.findMany({ take: FACTS_MAX })
  for (const { nodeId, name, value, everyMs, from, observedAt, error } of rows) {
    const node = byId.get(nodeId)
    if (!node || inventory.facts.get(node.clusterId, node.name, name)) continue
    inventory.restore(node.clusterId, node.name, name, {
      value,
      everyMs,
      from,
      atMs: observedAt.getTime(),
      ...(error === null ? {} : { error }),
    })
  }
}
