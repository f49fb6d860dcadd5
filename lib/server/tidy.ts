import type { Engine } from "../engine"
import { rehearseService } from "../inventory/rehearse"
import { cleanClaims } from "../node/claim"

const DAY_MS = 24 * 3_600_000
const CLAIMS_KEPT_DAYS = 7
const CLEAN_TIMEOUT_MS = 30_000
/** Kept for the timeline; older ones go. */
const EVENTS_KEPT_MS = 365 * DAY_MS

const FIRST_AFTER_MS = 60_000
/** Once a day, and a minute after the start: could each service start on each node that may have it? */
export async function rehearseDaily(engine: Engine, signal: AbortSignal, onError: (error: unknown) => void): Promise<void> {
  const { db, clock, keeper, inventory } = engine
  await clock.sleep(FIRST_AFTER_MS, signal)
  while (!signal.aborted) {
    for (const cluster of keeper.clusters())
      for (const service of cluster.services) await rehearseService({ db, inventory, nowMs: clock.nowMs }, cluster, service).catch(onError)
    await clock.sleep(DAY_MS, signal)
  }
}

/** How long a token that is over stays in its list. */
const TOKENS_KEPT_MS = 30 * DAY_MS

/** Once a day: claims of jobs long over, plans that nobody applied, sessions, tokens and throttles that have run out, answers kept for repetitions. */
export async function tidyDaily(
  { db, clock, keeper, inventory }: Engine,
  signal: AbortSignal,
  onError: (error: unknown) => void,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(DAY_MS, signal)
    if (signal.aborted) return
    const nowMs = clock.nowMs()
    const places = keeper.clusters().flatMap(({ id, nodes }) => nodes.map(({ name }) => inventory.session(id, name)))
    // A node that does not answer is cleaned another day: its claims go with its next boot anyway.
    await Promise.all(
      places.map((session) => session.run(cleanClaims(CLAIMS_KEPT_DAYS), { timeoutMs: CLEAN_TIMEOUT_MS }).catch(() => undefined)),
    )
    await Promise.all([
      db.planRow.deleteMany({ where: { jobId: null, createdAt: { lt: new Date(nowMs - DAY_MS) } } }),
      db.session.deleteMany({ where: { expiresAt: { lt: new Date(nowMs) } } }),
      db.apiRequest.deleteMany({ where: { createdAt: { lt: new Date(nowMs - DAY_MS) } } }),
      db.apiToken.deleteMany({ where: { expiresAt: { lt: new Date(nowMs - TOKENS_KEPT_MS) } } }),
      db.apiToken.deleteMany({ where: { revokedAt: { lt: new Date(nowMs - TOKENS_KEPT_MS) } } }),
      db.loginThrottle.deleteMany({ where: { blockedUntil: { lt: new Date(nowMs - DAY_MS) } } }),
      db.alertSent.deleteMany({ where: { endedAt: { lt: new Date(nowMs - EVENTS_KEPT_MS) }, NOT: { phase: "began", overAt: null } } }),
      db.event.deleteMany({ where: { at: { lt: new Date(nowMs - EVENTS_KEPT_MS) } } }),
    ]).catch(onError)
  }
}
