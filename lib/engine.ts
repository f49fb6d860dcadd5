import type { Alerts } from "./alerts/alerts"
import type { Bus } from "./bus"
import type { Clock } from "./clock"
import type { Db } from "./db/client"
import type { Enrolment } from "./inventory/enrol"
import type { Evidences } from "./inventory/evidence"
import type { Inventory } from "./inventory/inventory"
import type { Runner } from "./jobs/runner"
import type { Keeper } from "./keeper/keeper"
import type { PowerParts } from "./keeper/power"

/** What the demo's "make trouble" panel can do to the simulated nodes. */
export type DemoControl = {
  readonly nodes: () => readonly {
    readonly name: string
    readonly isOn: boolean
    readonly isPlugged: boolean
    readonly units: readonly { readonly name: string; readonly isRunning: boolean }[]
  }[]
  readonly power: (node: string, on: boolean) => void
  readonly cable: (node: string, on: boolean) => void
  readonly stopUnit: (node: string, unit: string) => boolean
}

/** One per process. The server bundle makes it; the bundles of the routes find it by its symbol. */
export type Engine = {
  readonly db: Db
  readonly clock: Clock
  readonly bus: Bus
  readonly inventory: Inventory
  readonly runner: Runner
  readonly keeper: Keeper
  readonly enrolment: Enrolment
  readonly evidence: Evidences
  readonly power: PowerParts
  readonly secrets: {
    readonly seal: (secrets: Readonly<Record<string, string>>) => string
    readonly open: (sealed: string) => Readonly<Record<string, string>>
  }
  readonly alerts: Pick<Alerts, "test" | "sealed">
  readonly publicUrl: string | undefined
  readonly demo: DemoControl | null
  readonly newId: () => string
}
const key = Symbol.for("moyai.engine")
type Holder = { [key]?: Engine }

export const setEngine = (engine: Engine): void => {
  ;(globalThis as Holder)[key] = engine // the one place where the two bundles meet
}
/** @throws Error before the server has started it. */
export function engine(): Engine {
  const found = (globalThis as Holder)[key]
  if (!found) throw new Error("the engine is not running: start the panel with `npm start`, not with `next start`")
  return found
}
