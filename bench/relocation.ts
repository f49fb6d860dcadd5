import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { bind } from "../agents/registry"
import { openDatabase } from "../lib/db/client"
import { migrate } from "../lib/db/migrate"
import type { Plan, Step } from "../lib/domain/plan"
import { jobOf } from "../lib/jobs/job"
import { runJob } from "../lib/jobs/run-job"
import { createJobStore } from "../lib/jobs/store"
import { submit } from "../lib/jobs/submit"
import { createPool } from "../lib/node/pool"
import type { Endpoint } from "../lib/node/session"
import { startSshd, whyNoSshd } from "../lib/node/sshd.fixture"
import { type Bench, inTurn, round } from "./figure"

const ROUNDS = 5
const RATIO_MAX = 1.15
/** An init script of our own: it takes half a second and keeps its state in a file, so that no service of this machine is touched. */
const script = (dir: string, node: string) => `#!/bin/sh
s=${dir}/state-${node}-$(basename "$0")
case $1 in start) sleep 0.5; touch "$s";; stop) sleep 0.5; rm -f "$s";; status) [ -e "$s" ] || exit 3;; esac
`

/** The job runner (claims, looks, journal in SQLite) against the same four commands by hand over two warm connections. */
export const bench: Bench = {
  name: "relocation",
  run: async () => {
    const why = whyNoSshd()
    if (why) throw new Error(why)
    const dir = mkdtempSync(join(tmpdir(), "moyai-bench-"))
    const sshds = { h1: await startSshd(), h2: await startSshd() }
    const nodes = ["h1", "h2"] as const
    for (const node of nodes)
      for (const name of ["ip", "httpd"]) writeFileSync(join(dir, `${node}-${name}`), script(dir, node), { mode: 0o755 })
    const endpoints = { h1: { ...sshds.h1.endpoint, node: "h1" }, h2: { ...sshds.h2.endpoint, node: "h2" } }
    const keys = new Map(nodes.map((n) => [endpoints[n].port, sshds[n].privateKey]))
    const pool = createPool({ credential: async ({ port }: Endpoint) => ({ privateKey: keys.get(port) ?? Buffer.alloc(0) }) })
    const session = (node: string) => pool.session(node === "h1" ? endpoints.h1 : endpoints.h2)
    await migrate(join(dir, "moyai.db"))
    const db = await openDatabase(join(dir, "moyai.db"))
    const { id: clusterId } = await db.cluster.create({ data: { name: "bench", publicKey: "", privateKeySealed: "" } })
    const step = (node: string, op: "start" | "stop", name: string): Step => {
      const call = { node, driver: "ocf", op, params: { name, class: "lsb", script: join(dir, `${node}-${name}`) } }
      const { sentence, command } = bind(call)
      return { call, sentence, command: command.masked, ifItFails: op === "stop" ? "wait" : "fallBack" }
    }
    const steps = (from: string, to: string) => [
      step(from, "stop", "httpd"),
      step(from, "stop", "ip"),
      step(to, "start", "ip"),
      step(to, "start", "httpd"),
    ]
    const store = createJobStore(db, Date.now)
    let count = 0
    const byPanel = async (from: string, to: string) => {
      const plan: Pick<Plan, "steps" | "fallbacks" | "changes" | "interrupted"> = {
        ...{ steps: steps(from, to), fallbacks: [], interrupted: [] },
        changes: [{ service: "web", kind: "relocate", from, to }],
      }
      const job = jobOf(`bench-${process.pid}-${++count}`, clusterId, plan, {
        subject: { kind: "relocate", service: "web" },
        reason: { who: "bench", through: "cli", why: "" },
        locks: ["service:bench/web"],
      })
      await submit(db, { job, verb: "bench", input: {} })
      const outcome = await runJob(
        { store, bind, session: (_, node) => session(node), sleep: (ms) => new Promise((r) => setTimeout(r, ms)), nowMs: Date.now },
        job,
      )
      if (outcome.state !== "succeeded") throw new Error(JSON.stringify(outcome))
    }
    const byHand = async (from: string, to: string) => {
      for (const { call } of steps(from, to)) await session(call.node).run(bind(call).command, { timeoutMs: 10_000 })
    }
    for (const { call } of steps("h2", "h1").slice(2)) await session("h1").run(bind(call).command, { timeoutMs: 10_000 })
    await session("h2").read([bind(step("h2", "stop", "ip").call).look], { timeoutMs: 10_000 })
    try {
      const [panel = 0, hand = 0] = await inTurn(ROUNDS, [
        () => byPanel("h1", "h2").then(() => byPanel("h2", "h1")),
        () => byHand("h1", "h2").then(() => byHand("h2", "h1")),
      ])
      const ratio = panel / hand
      const detail = `there and back: panel ${round(panel, 0)} ms, by hand ${round(hand, 0)} ms, medians of ${ROUNDS}; four commands of 0.5 s each way`
      return [
        {
          name: "relocation",
          value: round(ratio),
          unit: "x",
          against: "the same commands by hand over two warm connections",
          target: `<= ${RATIO_MAX}`,
          met: ratio <= RATIO_MAX,
          detail,
        },
      ]
    } finally {
      await pool.close()
      await db.$disconnect()
      for (const { stop } of Object.values(sshds)) stop()
      rmSync(dir, { recursive: true, force: true })
    }
  },
}
