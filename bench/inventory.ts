import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createBus } from "../lib/bus"
import { openDatabase } from "../lib/db/client"
import { loadClusters } from "../lib/db/definitions"
import { migrate } from "../lib/db/migrate"
import { createInventory } from "../lib/inventory/inventory"
import { pacedClock } from "../lib/sim/clock"
import { createSimCluster } from "../lib/sim/cluster"
import { demoServices } from "../lib/sim/demo"
import { type Bench, type Figure, round, timed } from "./figure"

const NODES = 1_000
const HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHTrXZpz7TqvCR0n3Wl1Zs1AcdJhC8GJZQm0rKqHbdRk"
const TIME_MAX_MS = 2_000
const MEMORY_MAX_MB = 400

/** A status round of 1,000 simulated nodes: every fact of every node, through the real inventory, with the database behind it. */
export const bench: Bench = {
  name: "inventory",
  run: async () => {
    const dir = mkdtempSync(join(tmpdir(), "moyai-bench-"))
    const file = join(dir, "moyai.db")
    await migrate(file)
    const db = await openDatabase(file)
    const clock = pacedClock()
    const names = [...Array(NODES)].map((_, i) => `n${i}`)
    const before = process.memoryUsage().rss
    const sim = createSimCluster({ nodes: names.map((name, i) => ({ name, address: `10.${i >> 8}.${i & 255}.1/8` })), clock })
    const { id: clusterId } = await db.cluster.create({ data: { name: "bench", publicKey: "", privateKeySealed: "" } })
    await db.node.createMany({
      data: names.map((name, position) => ({ clusterId, name, host: name, user: "root", hostKey: HOST_KEY, position })),
    })
    const [service] = demoServices
    if (service)
      await db.service.create({
        data: {
          clusterId,
          name: service.name,
          resources: {
            create: service.resources.map((r, position) => ({
              name: r.name,
              driver: r.driver,
              position,
              params: JSON.parse(JSON.stringify(r.params)),
            })),
          },
        },
      })
    const errors: unknown[] = []
    const inventory = createInventory({
      db,
      clock,
      bus: createBus("bench"),
      open: ({ node }) => sim.nodeOf(node).session,
      close: () => undefined,
      onError: (e) => void errors.push(e),
    })
    inventory.sync(await loadClusters(db))
    await inventory.readNow(clusterId)
    const roundMs = await timed(() => inventory.readNow(clusterId))
    const facts = inventory.facts.all(clusterId, "n0").length
    const memoryMb = (process.memoryUsage().rss - before) / 1024 ** 2
    // The alternative: one round trip a fact, one after the other on each node, all nodes at once.
    const commands = inventory.facts.all(clusterId, "n0").map(({ name }) => name)
    const oneByOneMs = await timed(() =>
      Promise.all(
        names.map(async (node) => {
          for (const name of commands) await inventory.readNow(clusterId, [node], [name])
        }),
      ),
    )
    inventory.stop()
    await db.$disconnect()
    rmSync(dir, { recursive: true, force: true })
    const detail = `${NODES} nodes, ${facts} facts each: ${round(roundMs, 0)} ms a round, one fact at a time ${round(oneByOneMs, 0)} ms; memory with the simulated nodes ${round(memoryMb, 0)} MB; ${errors.length} errors`
    const figure = (name: string, value: number, unit: string, against: string, target: string, met: boolean): Figure => ({
      name,
      value: round(value),
      unit,
      against,
      target,
      met,
      detail,
    })
    return [
      figure("inventory.round", roundMs, "ms", "the bound", `<= ${TIME_MAX_MS}`, roundMs <= TIME_MAX_MS),
      figure("inventory.ratio", roundMs / oneByOneMs, "x", "one round trip a fact", "< 1", roundMs < oneByOneMs),
      figure("inventory.memory", memoryMb, "MB", "the bound", `<= ${MEMORY_MAX_MB}`, memoryMb <= MEMORY_MAX_MB),
    ]
  },
}
