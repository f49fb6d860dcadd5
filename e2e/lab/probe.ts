import { get } from "node:http"

/** For how long no answer came, as a client sees it. */
export type Outage = { readonly fromMs: number; readonly ms: number }
export type Probe = {
  /** The outages since it was asked last that are over. */
  readonly take: () => readonly Outage[]
  /** When the last answer came, ms since 1970; undefined before the first. */
  readonly lastMs: () => number | undefined
  readonly end: () => void
}

/** A client that asks gives up after it. */
export const ASK_MS = 400
const EVERY_MS = 20
const OUTAGE_MIN_MS = 150 // below it is the noise of a busy machine

/**
 * Asks 50 times a second without waiting for answers, so that one question that is lost hides nothing. An outage is the time
 * between two answers. `ask` gives up by itself after `ASK_MS`.
 */
export function startProbe(ask: () => Promise<unknown>): Probe {
  let lastMs: number | undefined
  let outages: Outage[] = []
  const answered = () => {
    const nowMs = Date.now()
    if (lastMs !== undefined && nowMs - lastMs >= OUTAGE_MIN_MS) outages.push({ fromMs: lastMs, ms: nowMs - lastMs })
    lastMs = nowMs
  }
  const timer = setInterval(() => ask().then(answered, () => undefined), EVERY_MS)
  return {
    lastMs: () => lastMs,
    end: () => clearInterval(timer),
    take: () => {
      const taken = outages
      outages = []
      return taken
    },
  }
}

/** One GET over a connection of its own, as another client would. Resolves with the page; rejects without one in 400 ms. */
export const askHttp = (host: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const request = get({ host, agent: false, signal: AbortSignal.timeout(ASK_MS) }, async (answer) => {
      try {
        resolve((await answer.setEncoding("utf8").toArray()).join("").trim())
      } catch (error) {
        reject(error)
      }
    })
    request.once("error", reject)
  })
