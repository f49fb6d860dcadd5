import { randomUUID } from "node:crypto"
import { bind } from "../../agents/registry"
import { createAlerts } from "../alerts/alerts"
import { createBus } from "../bus"
import { type Clock, realClock } from "../clock"
import type { Db } from "../db/client"
import { type DemoControl, type Engine, setEngine } from "../engine"
import { createEvidence } from "../inventory/evidence"
import { createInventory } from "../inventory/inventory"
import { restoreFacts } from "../inventory/restore"
import { createRunner } from "../jobs/runner"
import { createKeeper, type Keeper } from "../keeper/keeper"
import { askDevices, type PasswordsOf, type PowerParts, type SecretsOf, sessionsOf, withSecrets } from "../keeper/power"
import type { createPool } from "../node/pool"
import type { NodeSession } from "../node/session"
import { touch as touchNode } from "../node/touch"
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
  /** The machine that the panel runs on: fence agents run there. */
  readonly panel: NodeSession
  readonly touch?: typeof touchNode
}
export type Running = { readonly engine: Engine; readonly start: () => Promise<void>; readonly stop: (patienceMs: number) => Promise<void> }

/** Puts the rooms together. Nothing runs before `start`: jobs that the last run left are taken up there. */
export function composeEngine({
  db,
  pool,
  credentials,
  publicUrl,
  demo,
  onError,
  clock = realClock,
  panel,
  touch = touchNode,
}: Parts): Running {
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
  const session = sessionsOf(inventory, panel)
  const secretsOf: SecretsOf = (clusterId, device) => {
    const sealed = keeper?.cluster(clusterId)?.fenceDevices.find(({ name }) => name === device)?.secretsSealed
    return sealed ? credentials.openSecrets(sealed) : {}
  }
  const passwordsOf: PasswordsOf = (clusterId, balancer) => {
    const sealed = keeper?.cluster(clusterId)?.balancers.find(({ name }) => name === balancer)?.secretsSealed
    return sealed ? credentials.openSecrets(sealed) : {}
  }
  const power: PowerParts = { session, secretsOf }
  const evidence = createEvidence({
    ...{ clock, bus, inventory, touch, onError, clusters: () => keeper?.clusters() ?? [] },
    power: (clusterId, node) => askDevices(power, keeper?.cluster(clusterId), node),
  })
  const runner = createRunner({
    ...{ db, clock, bus, onError, session, bind: withSecrets(bind, secretsOf, passwordsOf), hush: inventory.hush },
    listener: {
      stepBegins: (job, index) => theKeeper().stepBegins(job, index),
      rests: (outcome) => theKeeper().rests(outcome),
      rested: (outcome) => theKeeper().rested(outcome),
      overtaken: (job) => theKeeper().overtaken(job),
    },
  })
  keeper = createKeeper({
    db,
    clock,
    bus,
    inventory,
    evidence,
    newId,
    onError,
    take: runner.take,
    resumeFor: runner.resumeFor,
    giveUpFor: runner.giveUpFor,
  })
  const enrolment = createEnrolment({ pool, credentials, clock })
  const alerts = createAlerts({ db, clock, keeper: theKeeper, sealer: credentials.sealer, publicUrl, onError })
  const ended = new AbortController()
  const secrets = { seal: credentials.sealSecrets, open: credentials.openSecrets }
  const engine: Engine = { db, clock, bus, inventory, runner, keeper, enrolment, evidence, power, secrets, alerts, publicUrl, demo, newId }
  return {
    engine,
    start: async () => {
      setEngine(engine)
      await db.audit.updateMany({ where: { outcome: "pending", jobId: null }, data: { outcome: "unknown" } })
      await theKeeper().start()
      await restoreFacts(db, inventory)
      await runner.recover()
      alerts.start()
      void tidyDaily(engine, ended.signal, onError)
      void rehearseDaily(engine, ended.signal, onError)
    },
    stop: async (patienceMs) => {
      ended.abort()
      const quiet = alerts.stop()
      await runner.stop(patienceMs)
      theKeeper().stop()
      inventory.stop()
      await quiet
      await pool.close()
    },
  }
}
