import type { Clock } from "../clock"
import type { ClusterDefinition, ServiceDefinition } from "../db/definitions"
import type { Inventory } from "../inventory/inventory"
import { monitorName } from "./situation"

/** A look counts as long as this; after it, what is decided wants a new one. ms */
const COUNTS_FOR_MS = 5_000

/** Reads a service's monitors on every member that is online before something is decided by them: only what those say counts. */
export type Looks = {
  /** True when they were read a moment ago; otherwise they are being read, and the keeper is woken when that is done. */
  readonly isDone: (cluster: Pick<ClusterDefinition, "id" | "nodes">, service: ServiceDefinition) => boolean
}
export function createLooks({ inventory, clock }: { readonly inventory: Inventory; readonly clock: Clock }, wake: () => void): Looks {
  const looks = new Map<string, "reading" | number>()
  return {
    isDone: ({ id: clusterId, nodes }, { name, resources }) => {
      const key = `${clusterId}/${name}`
      const last = looks.get(key)
      if (last === "reading") return false
      looks.delete(key)
      if (last !== undefined && clock.nowMs() - last <= COUNTS_FOR_MS) return true
      looks.set(key, "reading")
      const monitors = resources.map((r) => monitorName(r.driver, r.name))
      // A dead node would be waited for as long as its reading takes, and its services with it.
      const online = nodes.filter(({ isMember, status }) => isMember && status.state === "online").map((n) => n.name)
      void inventory
        .readNow(clusterId, online, monitors)
        .catch(() => undefined)
        .finally(() => {
          looks.set(key, clock.nowMs())
          wake()
        })
      return false
    },
  }
}
