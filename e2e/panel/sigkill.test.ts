import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { freePort } from "@/lib/node/sshd.fixture"
import { pacedClock } from "@/lib/sim/clock"
import { createSimCluster } from "@/lib/sim/cluster"
import { demoDomains, demoNodes, demoServices } from "@/lib/sim/demo"
import { type ServedCluster, serveCluster } from "@/lib/sim/serve"
import { createPanel, type Panel, until, whyNoBuild } from "./panel"

const KILLS = Number(process.env.MOYAI_KILLS ?? 100)
/** After so many minutes none is begun any more where nobody says how many: a slow machine has fewer, and says so. */
const MINUTES = process.env.MOYAI_KILLS === undefined ? 4 : Number.POSITIVE_INFINITY
const SPEED = 4
/** Longer than a relocation on the simulated nodes takes: some kills come before, in between, and after. */
const KILL_WITHIN_MS = 900
const seed = Number(process.env.MOYAI_SEED ?? Date.now() % 100_000)
/** Numbers of 0 to 1 that a failure can be repeated with (Park and Miller). */
const randomFrom = (start: number) => {
  let state = (start % 2_147_483_646) + 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
const why = whyNoBuild()

describe.skipIf(why !== undefined)(
  `SIGKILL at random moments, ${KILLS} at most, of a relocation, seed ${seed}${why ? ` (skipped: ${why})` : ""}`,
  () => {
    const cluster = createSimCluster({ nodes: demoNodes, clock: pacedClock(SPEED) })
    let served: ServedCluster
    let panel: Panel
    let clusterId = ""
    beforeAll(async () => {
      served = await serveCluster({ cluster })
      panel = await createPanel({ port: await freePort() })
      await panel.start()
      clusterId = (await panel.client.cluster.create({ name: "kill" })).id
      const [{ publicKey } = { publicKey: "" }] = await panel.client.cluster.list({})
      for (const { name, host, port, hostKey } of served.nodes) {
        served.authorize(name, publicKey)
        await panel.client.node.add({ clusterId, name, host, port, user: "root", hostKey, isMember: true })
      }
      for (const domain of demoDomains) await panel.client.domain.save({ clusterId, was: null, domain })
      const [httpd] = demoServices
      if (httpd) await panel.client.service.save({ clusterId, was: null, service: httpd })
      await ownerIs("h1")
    }, 120_000)
    afterAll(async () => {
      await panel.end()
      await served.close()
    })
    const ownerIs = (node: string) =>
      until(`httpd started on ${node}`, async () => {
        const { status } = await panel.client.service.get({ clusterId, name: "httpd" })
        return status.state === "started" && status.owner === node ? true : undefined
      })

    test(
      "the goal is reached, nothing ran twice, and it was never started on two nodes",
      async () => {
        const random = randomFrom(seed)
        const names = demoNodes.map(({ name }) => name)
        let [kills, landed] = [0, 0]
        const untilMs = Date.now() + MINUTES * 60_000
        for (let i = 0; i < KILLS && Date.now() < untilMs; i++) {
          kills += 1
          const target = names[(i + 1) % names.length] ?? "h1"
          cluster.executed.length = 0
          const { id } = await until("a plan", () => panel.client.plan.make({ clusterId, service: "httpd", action: "relocate", target }))
          const { jobId } = await panel.client.plan.apply({ planId: id, why: `kill ${i}` })
          await new Promise((r) => setTimeout(r, random() * KILL_WITHIN_MS))
          await panel.kill()
          const { state } = await panel.db.job.findUniqueOrThrow({ where: { id: jobId } })
          if (state !== "succeeded") landed += 1
          await panel.start()
          await until(`job ${i} succeeded`, async () =>
            (await panel.client.job.get({ id: jobId })).state === "succeeded" ? true : undefined,
          )
          await ownerIs(target)
          const changes = cluster.executed.filter((line) => / (start|stop)( |$)/.test(line))
          expect(changes, `kill ${i}`).toEqual([...new Set(changes)])
          expect(changes, `kill ${i}`).toHaveLength(4)
          expect(cluster.violations).toEqual([])
        }
        expect(landed, "some kills must land in the middle of a relocation").toBeGreaterThan(kills / 4)
        if (kills < KILLS) console.log(`only ${kills} of ${KILLS} kills: ${MINUTES} minutes were over`)
        console.log(`${landed} of ${kills} kills came before the job had ended`)
      },
      60_000 * 20,
    )
  },
)
