import { randomBytes } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createRouterClient } from "@orpc/server"
import { hashPassword } from "../auth/password"
import { sealerOf } from "../auth/seal"
import { openDatabase } from "../db/client"
import { migrate } from "../db/migrate"
import { type Role, roles } from "../domain/roles"
import type { Pool } from "../node/pool"
import type { Endpoint } from "../node/session"
import { patientClock, type SimClock, type VirtualClock } from "../sim/clock"
import { createSimCluster, touchSim } from "../sim/cluster"
import { demoDomains, demoNodes, demoServices } from "../sim/demo"
import type { Ctx } from "../verbs/context"
import { router } from "../verbs/router"
import { createCredentials } from "./credentials"
import { mortal } from "./mortal.fixture"
import { composeEngine } from "./start-engine"

const HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHTrXZpz7TqvCR0n3Wl1Zs1AcdJhC8GJZQm0rKqHbdRk"
const SPEED = 20
/** Of everybody in a world. */
export const PASSWORD = "correct horse battery"
let hashed: Promise<string> | undefined
const passwordHash = (): Promise<string> => {
  hashed ??= hashPassword(PASSWORD)
  return hashed
}

type WorldOptions = {
  /** Those of the demo; true when nothing is said. */
  readonly services?: boolean
  /** Somebody of each role, and a second admin, with the password of all of them. */
  readonly users?: boolean
  /** A patient one when none is given, at most twenty times as fast as real time. */
  readonly clock?: SimClock
  readonly nodes?: readonly { readonly name: string; readonly address?: string }[]
  /** How far the panel's clock is off the nodes' time: a clock that jumps. */
  readonly skewMs?: () => number
}
const isVirtual = (clock: SimClock): clock is VirtualClock => "advance" in clock
/** Of the world's time, after which what a test waits for does not come any more. */
const PATIENCE_MS = 300_000
/** A whole panel on a simulated cluster with a real database: everything but SSH, HTTP and the browser. */
export async function startWorld(options: WorldOptions = {}) {
  const dir = mkdtempSync(join(tmpdir(), "moyai-world-"))
  await migrate(join(dir, "moyai.db"))
  const db = await openDatabase(join(dir, "moyai.db"))
  if (options.users)
    for (const role of roles) await db.user.create({ data: { id: role, name: role, role, passwordHash: await passwordHash() } })
  if (options.users) await db.user.create({ data: { id: "second", name: "second", role: "admin", passwordHash: await passwordHash() } })
  // What a test writes need not outlive the power.
  await db.$queryRawUnsafe("PRAGMA synchronous=OFF")
  let isStopped = false
  const { clock: time = patientClock(SPEED, () => isStopped), nodes = demoNodes, skewMs = () => 0 } = options
  const clock: SimClock = { ...time, nowMs: () => time.nowMs() + skewMs() }
  const cluster = createSimCluster({ nodes, clock: time })
  const poolOf = (isDead: () => boolean): Pool => ({
    session: ({ node }) => mortal(cluster.nodeOf(node).session, isDead),
    onState: () => () => undefined,
    forget: () => undefined,
    close: async () => undefined,
  })
  const sealer = sealerOf(randomBytes(32))
  const errors: unknown[] = []
  const compose = () => {
    const life = { isOver: false }
    const isDead = () => life.isOver
    const [itsDb, pool] = [mortal(db, isDead), poolOf(isDead)]
    const onError = (error: unknown) => void (isDead() || errors.push(error))
    const credentials = createCredentials(itsDb, sealer)
    const panel = mortal(cluster.panel, isDead)
    const touch = async ({ node }: Endpoint) => touchSim(cluster.nodeOf(node))
    const composed = composeEngine({ db: itsDb, pool, credentials, publicUrl: undefined, demo: null, clock, onError, panel, touch })
    const kill = () => {
      life.isOver = true
      // It could do nothing any more; what still waited for its time would be kept for ever.
      const { keeper, inventory } = composed.engine
      keeper.stop()
      inventory.stop()
    }
    return { ...composed, kill }
  }
  let running = compose()
  await running.start()
  const ctxAs = (role: Role | undefined): Ctx => ({
    engine: running.engine,
    db,
    nowMs: clock.nowMs,
    user: role === undefined ? null : { id: role, name: role, role },
    sessionId: null,
    through: "panel",
  })
  /** Another admin than the one of `admin`. */
  const asSecond = (): Ctx => ({ ...ctxAs("admin"), user: { id: "second", name: "second", role: "admin" } })
  const as = (who: Role | "second" | undefined) =>
    createRouterClient(router, { context: () => (who === "second" ? asSecond() : ctxAs(who)) })
  const admin = as("admin")
  const { id: clusterId } = await admin.cluster.create({ name: "zigsow-cluster" })
  for (const { name } of nodes)
    await admin.node.add({ clusterId, name, host: `${name}.example.net`, port: 22, user: "root", hostKey: HOST_KEY, isMember: true })
  if (options.services ?? true) {
    for (const domain of demoDomains) await admin.domain.save({ clusterId, was: null, domain })
    for (const service of demoServices) await admin.service.save({ clusterId, was: null, service })
  }
  /** Resolves when it holds. Between two looks the world's time passes: on a virtual clock because of them, on others by itself. */
  const until = async <T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> => {
    const giveUpMs = time.nowMs() + PATIENCE_MS
    for (;;) {
      const found = await ask()
      if (found !== undefined && found !== false) return found
      if (time.nowMs() > giveUpMs)
        throw new Error(
          `${what}: not within ${PATIENCE_MS / 1_000} s; ${JSON.stringify(await admin.overview.get({ clusterId })).slice(0, 3_000)} errors: ${errors.map(String).join("; ")}`,
        )
      await (isVirtual(time) ? time.advance(100) : time.sleep(100))
    }
  }
  const anew = async () => {
    running = compose()
    await running.start()
  }
  const serviceIs = (name: string, state: string, owner?: string) =>
    until(`${name} ${state} ${owner ?? ""}`, async () => {
      const { status } = await admin.service.get({ clusterId, name })
      return status.state === state && (owner === undefined || status.owner === owner) ? status : undefined
    })
  const jobIs = (id: string, state: string) =>
    until(`job ${id} ${state}`, async () => {
      const job = await admin.job.get({ id })
      return job.state === state ? job : undefined
    })
  return {
    ...{ admin, as, ctxAs, cluster, clock, clusterId, db, errors, until, serviceIs, jobIs },
    engine: () => running.engine,
    /** As after SIGTERM: the old one begins no further step, and ends the one that it is at, or not in time. Never are there two at once. */
    restart: async () => {
      await running.stop(5_000)
      running.kill()
      await anew()
    },
    /** As after SIGKILL: the old one writes and sends nothing more, not even the end of what it is at. */
    kill: async () => {
      running.kill()
      await anew()
    },
    stop: async () => {
      await running.stop(5_000)
      isStopped = true
      await db.$disconnect()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
export type World = Awaited<ReturnType<typeof startWorld>>
