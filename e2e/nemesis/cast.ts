import { Story } from "../scenarios/story"
import type { Random } from "./random"

export const nodes = ["h1", "h2", "h3"] as const
export const services = ["db", "web", "mail"] as const
export const resources = ["db-fs", "db-d", "web-ip", "httpd", "stats", "mail-ip", "postfix"] as const

/** Three services that lean on each other, with domains and policies drawn by the seed. */
export function castOf({ pick, isLikely }: Random): Story {
  const domain = (first: string) => ({
    members: Object.fromEntries([first, ...nodes.filter((n) => n !== first)].map((node, i) => [node, i + 1])),
    ...{ nofailback: isLikely(0.5), restricted: isLikely(0.2) },
  })
  const recovery = () => pick(["restart", "restart", "relocate", "restart-disable"])
  const depends = isLikely(0.5) ? { dependsOn: "db", dependMode: pick(["hard", "soft"]) } : {}
  const level = () => pick([["pdu"], ["bmc"], ["pdu", "bmc"]])
  const fencing = {
    devices: ["pdu", "bmc"],
    nodes: Object.fromEntries(nodes.flatMap((node) => (isLikely(0.8) ? [[node, isLikely(0.5) ? [level()] : [level(), level()]]] : []))),
    runsOn: pick(["panel", "panel", "peer"]),
    settings: { afterFencing: pick(["on", "off"]), needsTwo: isLikely(0.3), postFailDelayMs: pick([0, 0, 5_000]) },
  }
  return Story.parse({
    ...{ title: "nemesis", story: "", rule: "", for: 0, script: [] },
    fencing,
    domains: { db: domain("h1"), web: domain("h2"), mail: domain("h3") },
    services: {
      db: {
        ...{ domain: "db", recovery: recovery() },
        resources: [
          { name: "db-fs", agent: "Filesystem" },
          { name: "db-d", agent: "mysql", parent: "db-fs" },
        ],
      },
      web: {
        ...{ domain: "web", recovery: recovery(), priority: 2, ...depends },
        resources: [
          { name: "web-ip", ip: "10.0.0.80" },
          { name: "httpd", agent: "apache" },
          { name: "stats", independentSubtree: pick(["no", "independent", "nonCritical"]) },
        ],
      },
      mail: {
        ...{ domain: "mail", recovery: recovery(), isExclusive: isLikely(0.2) },
        resources: [
          { name: "mail-ip", ip: "10.0.0.25" },
          { name: "postfix", agent: "postfix" },
        ],
      },
    },
  })
}
