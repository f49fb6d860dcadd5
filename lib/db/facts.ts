import type { Db } from "./client"
import { json } from "./client"

export type FactToSave = {
  readonly nodeId: string
  readonly name: string
  readonly value: unknown
  readonly digest: string
  readonly from: string
  readonly everyMs: number
  readonly atMs: number
  readonly error: string | undefined
}
const ROWS_AT_ONCE = 500

/** Replaces what is stored of these facts, many rows a statement: a thousand nodes must not keep the database busy. */
export async function saveFacts(db: Db, facts: readonly FactToSave[]): Promise<void> {
  for (let at = 0; at < facts.length; at += ROWS_AT_ONCE) {
    const batch = facts.slice(at, at + ROWS_AT_ONCE)
    const byNode = groupByNode(batch)
    await db.$transaction([
      ...[...byNode].map(([nodeId, list]) => db.factRow.deleteMany({ where: { nodeId, name: { in: list.map(({ name }) => name) } } })),
      db.factRow.createMany({
        data: batch.map(({ atMs, error = null, value, ...row }) => ({
          ...row,
          error,
          value: json(value ?? null),
          observedAt: new Date(atMs),
        })),
      }),
    ])
  }
}
function groupByNode(batch: readonly FactToSave[]): Map<string, FactToSave[]> {
  const found = new Map<string, FactToSave[]>()
  for (const fact of batch) found.set(fact.nodeId, [...(found.get(fact.nodeId) ?? []), fact])
  return found
}
