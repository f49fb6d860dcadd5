import type { ClusterDefinition, ServiceDefinition } from "../lib/db/definitions"
import { fencingDefaults } from "../lib/domain/fencing"
import { afterEvent, decide } from "../lib/domain/keeper"
import { newStatus } from "../lib/domain/service"
import { silentOf } from "../lib/domain/service-request"
import type { Inventory } from "../lib/inventory/inventory"
import { describe } from "../lib/keeper/services"
import { situationOf } from "../lib/keeper/situation"
import { type Bench, median, round } from "./figure"

const NODES = 50
const SERVICES = 500
const ROUNDS = 15
const MAX_MS = 50
const nodeName = (i: number) => `n${String(i % NODES).padStart(2, "0")}`
const started = { state: "fresh" as const, value: { state: "started", detail: "" } }
const stopped = { state: "fresh" as const, value: { state: "stopped", detail: "" } }

function clusterOf(): ClusterDefinition {
  const nodes = Array.from({ length: NODES }, (_, i) => ({
    ...{ id: `${i}`, name: nodeName(i), host: "127.0.0.1", port: 22, user: "root", via: null, hostKey: "", isMember: true },
    ...{ isInMaintenance: false, fencing: { delayMs: 0, levels: [] }, status: { state: "online" as const, sinceMs: 0, reason: null } },
  }))
  const services = Array.from({ length: SERVICES }, (_, i): ServiceDefinition => {
    const rules = {
      parent: null,
      independentSubtree: "no" as const,
      maxRestarts: 0,
      restartExpireMs: 0,
      maxFailures: 0,
      failureExpireMs: 0,
    }
    const ip = { class: "ocf", provider: "heartbeat", agent: "IPaddr2", params: { ip: `10.${i >> 8}.${i & 255}.1` } }
    return {
      ...{ id: `${i}`, name: `s${i}`, domain: `d${i % NODES}`, isExclusive: false, autostart: true, recovery: "restart", maxRestarts: 0 },
      ...{ restartExpireMs: 0, dependsOn: null, dependMode: "hard", priority: 0, ties: "order" },
      status: { ...newStatus(0), state: "started", owner: nodeName(i) },
      resources: [
        { name: `s${i}-ip`, driver: "ocf", params: ip, isShared: false, ...rules },
        { name: `s${i}-d`, driver: "ocf", params: { class: "systemd", unit: "apache2.service" }, isShared: false, ...rules },
      ],
    }
  })
  const domains = nodes.map(({ name }, i) => ({
    ...{ name: `d${i}`, ordered: true, restricted: false, nofailback: false },
    members: new Map([name, nodeName(i + 1), nodeName(i + 2)].map((node, k) => [node, k + 1])),
  }))
  return {
    id: "c",
    name: "c",
    publicKey: "",
    privateKeySealed: "",
    nodes,
    domains,
    services,
    shared: [],
    fenceDevices: [],
    balancers: [],
    fencing: fencingDefaults,
    tieBreakerSeen: false,
    lock: undefined,
  }
}

/** From a node's confirmed loss to what is to be done about each of 500 services: all of the keeper's thinking, without its waiting. */
export const bench: Bench = {
  name: "decision",
  run: async () => {
    const before = clusterOf()
    const owner = new Map(before.services.flatMap((s) => s.resources.map((r) => [r.name, s.status.owner] as const)))
    const facts: Inventory["facts"] = {
      get: () => undefined,
      all: () => [],
      reading: (_, node, name) => (owner.get(name.slice(name.indexOf(":") + 1)) === node ? started : stopped),
    }
    const event = { type: "confirmed" as const, node: nodeName(0) }
    const times: number[] = []
    let actions = 0
    for (let round = 0; round < ROUNDS; round++) {
      const startMs = performance.now()
      const cluster: ClusterDefinition = {
        ...before,
        nodes: before.nodes.map((n) => (n.name === event.node ? { ...n, status: { ...n.status, state: "confirmed" as const } } : n)),
        services: before.services.map((s) => ({ ...s, status: afterEvent(s.status, event, 0) })),
      }
      actions = 0
      for (const service of cluster.services) {
        const request = situationOf(cluster, service, facts, describe)
        const { action } = decide({ request, status: service.status, missing: silentOf(request), checkedAtMs: {}, isBusy: false, nowMs: 0 })
        if (action) actions++
      }
      times.push(performance.now() - startMs)
    }
    const value = round(median(times))
    const memory = Math.round(process.memoryUsage().heapUsed / 1_048_576)
    return [
      {
        name: `decision after a node event, ${NODES} nodes × ${SERVICES} services`,
        ...{ value, unit: "ms", against: `the target of ${MAX_MS} ms`, target: `${MAX_MS} ms`, met: value <= MAX_MS },
        detail: `${actions} services to start; ${ROUNDS} rounds, slowest ${round(Math.max(...times))} ms; heap ${memory} MB`,
      },
    ]
  },
}
