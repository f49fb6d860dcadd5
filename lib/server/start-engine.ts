import { randomUUID } from "node:crypto"
import { bind } from "../../agents/registry"
import { createBus } from "../bus"
import { type Clock, realClock } from "../clock"
import type { Db } from "../db/client"
import { type DemoControl, type Engine, setEngine } from "../engine"
import { createInventory } from "../inventory/inventory"
import { restoreFacts } from "../inventory/restore"
import { createRunner } from "../jobs/runner"
import { createKeeper, type Keeper } from "../keeper/keeper"
import type { createPool } from "../node/pool"
import type { Credentials } from "./credentials"
import { createEnrolment } from "./enrolment"
import { rehearseDaily, tidyDaily } from "./tidy"

type Parts = {
  readonly db: Db
  readonly pool: ReturnType<typeof createPool>
  readonly credentials: Credentials
  readonly publicUrl: string | undefined
  readonly demo: DemoControl | null
  readonly onError: (error: unknown) => void
  readonly clock?: Clock
}
export type Running = { readonly engine: Engine; readonly start: () => Promise<void>; readonly stop: (patienceMs: number) => Promise<void> }

/** Puts the rooms together. Nothing runs before `start`: jobs that the last run left are taken up there. */
export function composeEngine({ db, pool, credentials, publicUrl, demo, onError, clock = realClock }: Parts): Running {
  const newId = () => randomUUID().slice(0, 18)
  const bus = createBus(randomUUID().slice(0, 8))
  let keeper: Keeper | undefined
  const inventory = createInventory({
    ...{ db, clock, bus, onError, open: credentials.open(pool), close: (endpoint) => pool.forget(endpoint) },
    standing: (clusterId) => keeper?.cluster(clusterId),
  })
  const theKeeper = (): Keeper => {
    if (!keeper) throw new Error("a job ran before the keeper was there")
    return keeper
  }
  const runner = createRunner({
    ...{ db, clock, bus, bind, onError },
    session: inventory.session,
    listener: { stepBegins: (job, index) => theKeeper().stepBegins(job, index), rests: (outcome) => theKeeper().rests(outcome) },
  })
  keeper = createKeeper({
    db,
    clock,
    bus,
    inventory,
    newId,
    onError,
    take: runner.take,
    resumeFor: runner.resumeFor,
    giveUpFor: runner.giveUpFor,
  })
  const enrolment = createEnrolment({ pool, credentials, clock })
  const ended = new AbortController()
  const engine: Engine = { db, clock, bus, inventory, runner, keeper, enrolment, publicUrl, demo, newId }
  return {
    engine,
    start: async () => {
      setEngine(engine)
      await db.audit.updateMany({ where: { outcome: "pending", jobId: null }, data: { outcome: "unknown" } })
      await theKeeper().start()
      await restoreFacts(db, inventory)
      await runner.recover()
      void tidyDaily(engine, ended.signal, onError)
      void rehearseDaily(engine, ended.signal, onError)
    },
    stop: async (patienceMs) => {
      ended.abort()
      await runner.stop(patienceMs)
      theKeeper().stop()
      inventory.stop()
      await pool.close()
    },
  }
}
