import type { Clock } from "../clock"
import type { Db } from "../db/client"
import { saveFacts } from "../db/facts"
import type { FactChange } from "./store"

const SAVE_AFTER_MS = 1_000
type Outside = { readonly db: Db; readonly clock: Clock; readonly onError: (error: unknown) => void }
type Saving = { readonly add: (change: FactChange) => void }
/** Collects what is to be saved for a second: only the newest of a fact counts. */
export function createSaving({ db, clock, onError }: Outside, nodeIdOf: (clusterId: string, node: string) => string | undefined): Saving {
  const waiting = new Map<string, FactChange>()
  let isBusy = false
  const flush = async () => {
    await clock.sleep(SAVE_AFTER_MS)
    const changes = [...waiting.values()]
    waiting.clear()
    await saveFacts(
      db,
      changes.flatMap(({ clusterId, node, name, digest, observed: { value, from, everyMs, atMs, error } }) => {
        const nodeId = nodeIdOf(clusterId, node)
        return nodeId === undefined ? [] : [{ nodeId, name, value, digest, from, everyMs, atMs, error }]
      }),
    )
  }
  const work = async () => {
    while (waiting.size > 0) await flush()
  }
  return {
    add: (change) => {
      waiting.set(`${change.clusterId}/${change.node} ${change.name}`, change)
      if (isBusy) return
      isBusy = true
      void work()
        .catch(onError)
        .finally(() => {
          isBusy = false
        })
    },
  }
}
