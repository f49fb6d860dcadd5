import { bind } from "../../agents/registry"
import type { States } from "../domain/service"
import { planService, type ServicePlanRequest } from "../domain/service-plan"
import type { Coded } from "../domain/views"
import { OutcomeUnknown } from "../node/session"
import { createSimCluster } from "../sim/cluster"
import { type Entry, type Job, type JobEndState, type JobStore, jobOf } from "./job"
import { type Outcome, runJob, type World } from "./run-job"

class Crash extends Error {}
/** The nth journal write or command is struck: the panel dies, or only the link is cut. */
export type Strike = { readonly at: number; readonly how: "crash" | "cut"; readonly when: "before" | "late" | "during" | "after" }
export type Scenario = {
  readonly name: string
  readonly troubles: readonly string[]
  readonly ends: "succeeded" | "waiting"
  readonly runsOn: readonly string[]
  readonly jobs: readonly (readonly [id: string, follows: string | undefined])[]
  readonly executed: readonly string[]
  /** Another job than the relocation. */
  readonly job?: () => Job
}

const stopped = (node: string) => [`${node} httpd stop`, `${node} ip stop`]
const started = (node: string) => [`${node} ip start`, `${node} httpd start`]
const on = (node: string) => [`${node} ip`, `${node} httpd`]
const chain = [
  ["j", undefined],
  ["j.f", "j"],
  ["j.f.f", "j.f"],
] as const
const toSecond = [...stopped("h1"), ...started("h2")]
const toThird = [...stopped("h2"), ...started("h3")]
const backHome = [...stopped("h3"), ...started("h1")]

export const HAPPY: Scenario = {
  name: "h2 takes it",
  troubles: [],
  ends: "succeeded",
  runsOn: on("h2"),
  jobs: chain.slice(0, 1),
  executed: toSecond,
}
export const scenarios: readonly Scenario[] = [
  HAPPY,
  {
    ...{ name: "h2 cannot start it, h3 can", troubles: ["h2 start httpd"], ends: "succeeded", runsOn: on("h3") },
    ...{ jobs: chain.slice(0, 2), executed: [...toSecond, ...toThird] },
  },
  {
    ...{ name: "only the owner can start it", troubles: ["h2 start httpd", "h3 start httpd"], ends: "succeeded", runsOn: on("h1") },
    ...{ jobs: chain, executed: [...toSecond, ...toThird, ...backHome] },
  },
  {
    name: "the owner cannot stop it",
    troubles: ["h1 stop httpd"],
    ends: "waiting",
    runsOn: on("h1"),
    jobs: chain.slice(0, 1),
    executed: ["h1 httpd stop"],
  },
  {
    ...{ name: "h2 can neither start nor stop it", troubles: ["h2 start httpd", "h2 stop httpd"], ends: "waiting", runsOn: on("h2") },
    ...{ jobs: chain.slice(0, 2), executed: [...toSecond, "h2 httpd stop"] },
  },
]

const ocf = (name: string, agent: string, params: Record<string, string>) => ({ name, class: "ocf", provider: "heartbeat", agent, params })
const ip = ocf("ip", "IPaddr2", { ip: "10.0.0.80", cidr_netmask: "24" })
const httpd = ocf("httpd", "apache", {})
const names = ["h1", "h2", "h3"]

const alone = {
  ...{ parent: null, independentSubtree: "no" as const, maxRestarts: 0, restartExpireMs: 0, maxFailures: 0, failureExpireMs: 0 },
}
const defaults = {
  ...{ isExclusive: false, autostart: true, recovery: "restart" as const, maxRestarts: 0, restartExpireMs: 0 },
  ...{ dependsOn: null, dependMode: "hard" as const, priority: 0, ties: "order" as const },
}
function planned(): Job {
  const states = (state: "started" | "stopped"): States => ({ ip: state, httpd: state })
  const request: ServicePlanRequest = {
    service: {
      name: "web",
      ...defaults,
      resources: [
        { ...alone, name: "ip", driver: "ocf", params: ip, addresses: ["10.0.0.80"], type: "ip" },
        { ...alone, name: "httpd", driver: "ocf", params: httpd, addresses: [], type: "apache" },
      ],
    },
    ...{ state: "started", owner: "h1", domain: "none", off: [], isQuorate: true },
    ...{ isFrozen: false, isLocked: false, leftOff: [], dependency: undefined, dependents: [] },
    candidates: names.map((node) => ({ node, runs: "nothing" })),
    states: { h1: states("started"), h2: states("stopped"), h3: states("stopped") },
    describe: (call) => {
      const { sentence, command } = bind(call)
      return { sentence, command: command.masked }
    },
  }
  const verdict = planService(request, "relocate")
  if (!verdict.allowed) throw new Error(JSON.stringify(verdict.reports))
  return jobOf("j", "c", verdict.value, {
    subject: { kind: "relocate", service: "web" },
    reason: { who: "test", through: "panel", why: "" },
    locks: ["service:c/web"],
  })
}

export async function world({ troubles, job: first = planned }: Scenario, strikes: readonly Strike[]) {
  const cluster = createSimCluster({ nodes: names.map((name) => ({ name })) })
  for (const params of [ip, httpd]) {
    const { command, timeoutMs } = bind({ node: "h1", driver: "ocf", op: "start", params })
    await cluster.nodeOf("h1").session.run(command, { timeoutMs })
  }
  cluster.executed.length = 0
  for (const what of troubles) cluster.troubles.add(what)

  let boundary = 0
  let struck = false
  const strikeNow = () => {
    const at = boundary++
    const strike = strikes.find((s) => s.at === at)
    if (strike) struck = true
    return strike
  }
  const jobs: Job[] = [first()]
  const journals = new Map<string, Entry[]>()
  const states = new Map<string, string>()
  const waits: Coded[] = []
  /** A write is there or not: only a crash can strike it, before or after. */
  const write = async (effect: () => void) => {
    const strike = strikeNow()
    if (strike?.how === "crash" && strike.when === "before") throw new Crash()
    effect()
    if (strike?.how === "crash") throw new Crash()
  }
  const end = (id: string, state: JobEndState) => states.set(id, state)
  const store: JobStore = {
    journal: async (id) => journals.get(id) ?? [],
    append: (id, entry) => write(() => journals.set(id, [...(journals.get(id) ?? []), entry])),
    handOver: (job, next) =>
      write(() => {
        end(job.id, "failed")
        if (!jobs.some(({ id }) => id === next.id)) jobs.push(next)
      }),
    setRunning: (id) => write(() => void states.set(id, "running")),
    setWaiting: (id, waitingFor) =>
      write(() => {
        states.set(id, "waiting")
        waits.push(waitingFor)
      }),
    end: (id, state) => write(() => void end(id, state)),
  }
  cluster.setFaults((node) => {
    const strike = strikeNow()
    return strike && { when: strike.when, error: strike.how === "crash" ? new Crash() : new OutcomeUnknown(`the link to ${node} was cut`) }
  })
  const panel: World = {
    session: (_, node) => cluster.nodeOf(node).session,
    bind,
    store,
    sleep: cluster.clock.sleep,
    nowMs: cluster.clock.nowMs,
  }
  /** After a crash the panel takes up what has not ended: the last of the chain, as the table of jobs has it. */
  const current = (): Job => jobs.find(({ id }) => !["succeeded", "failed"].includes(states.get(id) ?? "queued")) ?? jobs.at(-1) ?? first()
  const runOnce = () => runJob(panel, current())
  /** Starts the panel, or takes the waiting job, up again until nothing strikes; then lets everything late arrive. */
  async function runToRest(): Promise<Outcome> {
    for (;;) {
      struck = false
      const outcome = await runOnce().catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error
      })
      if (struck) continue
      if (!outcome) throw new Error("a crash without a strike")
      await cluster.clock.sleep(60_000)
      return outcome
    }
  }
  const runsOn = () =>
    names.flatMap((node) =>
      cluster
        .nodeOf(node)
        .held()
        .map((name) => `${node} ${name}`),
    )
  return { cluster, jobs, waits, panel, runOnce, runToRest, runsOn, boundaries: () => boundary }
}
/** How many journal writes and commands there are to strike when nothing does. */
export async function struckAt(scenario: Scenario): Promise<number> {
  const w = await world(scenario, [])
  await w.runToRest()
  return w.boundaries()
}
