/** Verbs that only ask, of those that a command calls: GET at the door for programs. A test holds it against the verbs themselves. */
export const queries: ReadonlySet<string> = new Set([
  ...["session.me", "cluster.list", "overview.get", "node.get", "service.list", "service.get", "job.list", "job.get"],
  ...["fence.nodes", "fence.lost", "fence.history", "fence.settings", "event.list", "timeline.get", "audit.list", "token.list"],
  ...["balancer.list", "balancer.live", "balancer.table", "balancer.connections", "balancer.counters"],
])
export const isQuery = (verb: string): boolean => queries.has(verb)
