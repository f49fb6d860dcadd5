import type { Clock } from "../clock"
import type { ClusterDefinition, ServiceDefinition } from "../db/definitions"
import type { Inventory } from "../inventory/inventory"
import { monitorName } from "./situation"

/** A look counts as long as this; after it, what is decided wants a new one. ms */
const COUNTS_FOR_MS = 5_000
/** What was decided by it and refused is asked again with a new one, but no more often than this. ms */
const REFUSED_FOR_MS = 1_000

type Where = Pick<ClusterDefinition, "id" | "nodes">
type Look = "reading" | { readonly atMs: number; readonly isUsed: boolean }
/** Reads a service's monitors on every member that is online before something is decided by them: only what those say counts. */
export type Looks = {
  /** Reads them, unless they were read a moment ago; the keeper is woken when that is done. */
  readonly begin: (cluster: Where, service: ServiceDefinition) => void
  /** True when they were read a moment ago; otherwise they are being read. */
  readonly isDone: (cluster: Where, service: ServiceDefinition) => boolean
  /** Something was done by it: what is decided next wants a look of its own. */
  readonly spent: (clusterId: string, service: string) => void
}
export function createLooks({ inventory, clock }: { readonly inventory: Inventory; readonly clock: Clock }, wake: () => void): Looks {
  const looks = new Map<string, Look>()
  const keyOf = (clusterId: string, service: string) => `${clusterId}/${service}`
  const counts = (look: Look | undefined): boolean =>
    look !== undefined && look !== "reading" && clock.nowMs() - look.atMs <= (look.isUsed ? REFUSED_FOR_MS : COUNTS_FOR_MS)
  function begin({ id: clusterId, nodes }: Where, { name, resources }: ServiceDefinition) {
    const key = keyOf(clusterId, name)
    const last = looks.get(key)
    if (last === "reading" || counts(last)) return
    looks.set(key, "reading")
    const monitors = resources.map((r) => monitorName(r.driver, r.name))
    // A dead node would be waited for as long as its reading takes, and its services with it.
    const online = nodes.filter(({ isMember, status }) => isMember && status.state === "online").map((n) => n.name)
    void inventory
      .readNow(clusterId, online, monitors)
      .catch(() => undefined)
      .finally(() => {
        looks.set(key, { atMs: clock.nowMs(), isUsed: false })
        wake()
      })
  }
  return {
    begin,
    isDone: (cluster, service) => {
      const key = keyOf(cluster.id, service.name)
      const last = looks.get(key)
      if (last === undefined || last === "reading" || !counts(last)) {
        begin(cluster, service)
        return false
      }
      looks.set(key, { ...last, isUsed: true })
      return true
    },
    spent: (clusterId, service) => void looks.delete(keyOf(clusterId, service)),
  }
}
