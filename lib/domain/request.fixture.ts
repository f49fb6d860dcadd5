import type { FailoverDomain } from "./placement"
import { newStatus, type ServiceState, type ServiceStatus, type States } from "./service"
import type { PlannedResource, PlannedService, ServicePlanRequest } from "./service-request"

/** A service `web` of an address and httpd on h1 of three nodes: what tests begin with. */
export const up: States = { ip: "started", httpd: "started" }
export const down: States = { ip: "stopped", httpd: "stopped" }
export const dead: States = { ip: "started", httpd: "stopped" }

export const resource = (name: string, over: Partial<PlannedResource> = {}): PlannedResource => ({
  ...{ name, driver: "ocf", params: { class: "ocf" }, parent: null, independentSubtree: "no", addresses: [], type: name },
  ...{ maxRestarts: 0, restartExpireMs: 0, maxFailures: 0, failureExpireMs: 0 },
  ...over,
})
export const service = (over: Partial<PlannedService> = {}): PlannedService => ({
  ...{ name: "web", isExclusive: false, autostart: true, recovery: "restart", maxRestarts: 0, restartExpireMs: 0 },
  ...{ dependsOn: null, dependMode: "hard", priority: 0, ties: "order" },
  resources: [resource("ip", { addresses: ["10.0.0.80"] }), resource("httpd", { type: "script" })],
  ...over,
})
export const ordered = (members: Record<string, number>, over: Partial<FailoverDomain> = {}): FailoverDomain => ({
  ...{ ordered: true, restricted: false, nofailback: false, members: new Map(Object.entries(members)) },
  ...over,
})
export const request = (over: Partial<ServicePlanRequest> = {}): ServicePlanRequest => ({
  service: service(),
  ...{ state: "started", owner: "h1", isFrozen: false, isLocked: false, leftOff: [] },
  domain: ordered({ h1: 1, h2: 2, h3: 3 }),
  candidates: ["h1", "h2", "h3"].map((node) => ({ node, runs: "nothing" as const })),
  states: { h1: up, h2: down, h3: down },
  ...{ off: [], isQuorate: true, dependency: undefined, dependents: [] },
  describe: (call) => ({ sentence: { code: call.op, params: {} }, command: `${call.op} ${call.node}` }),
  ...over,
})
export const status = (state: ServiceState, over: Partial<ServiceStatus> = {}): ServiceStatus => ({
  ...newStatus(0),
  state,
  owner: "h1",
  ...over,
})
