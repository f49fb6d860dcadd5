import type { RouterClient } from "@orpc/server"
import type { Router } from "../lib/verbs/router"
import { Ended, exits } from "./exit"

/** The panel as the commands call it: verbs by room and name. A program's door over HTTP, or the router itself in tests. */
export type Panel = RouterClient<Router>
/** A panel and the cluster that is spoken of. */
export type Place = { readonly panel: Panel; readonly clusterId: string; readonly cluster: string }

/** The only cluster, or the one named. @throws Ended */
export async function placeOf(panel: Panel, wanted: string | undefined): Promise<Place> {
  const clusters = await panel.cluster.list({})
  const fitting = clusters.filter(({ id, name }) => wanted === undefined || wanted === name || wanted === id)
  const [found, ...others] = fitting
  const names = clusters.map(({ name }) => name).join(", ")
  if (found === undefined)
    throw wanted === undefined
      ? new Ended(exits.refused, "the panel has no cluster yet")
      : new Ended(exits.usage, `there is no cluster ${wanted}; the panel has: ${names || "none"}`)
  if (others.length > 0) throw new Ended(exits.usage, `the panel has several clusters: ${names}. Choose one by --cluster or MOYAI_CLUSTER`)
  return { panel, clusterId: found.id, cluster: found.name }
}
