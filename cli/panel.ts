import type { RouterClient } from "@orpc/server"
import type { Router } from "../lib/verbs/router"

/** The panel as the commands call it: verbs by room and name. A program's door over HTTP, or the router itself in tests. */
export type Panel = RouterClient<Router>
/** A panel and the cluster that is spoken of. */
export type Place = { readonly panel: Panel; readonly clusterId: string; readonly cluster: string }
