import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import type { ClusterConf } from "./model"
import { atoi, isYes, parseClusterConf } from "./parse"

const read = (name: string): ClusterConf => {
  const result = parseClusterConf(readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8"))
  if (!result.ok) throw new Error(result.error.text)
  return result.value
}
test("a file of RHEL 6: nodes with levels in their order, devices with all attributes, trees with what stands in them", () => {
  const conf = read("web-rhel6.conf")
  expect(conf).toMatchObject({
    ...{ name: "web-cluster", configVersion: 14, quorumd: undefined },
    cman: { twoNode: false, expectedVotes: undefined, port: 5405, transport: "udp", multicast: "239.192.10.1" },
    totem: { attrs: { token: "20000", consensus: "24000" } },
    fenceDaemon: { postJoinDelay: 30, postFailDelay: 2 },
    logging: { attrs: { to_syslog: "yes" } },
  })
  expect(conf.nodes[0]).toMatchObject({
    ...{ name: "h1.example.net", nodeId: 1, votes: 1, line: 5, unfence: [] },
    methods: [
      { name: "power", devices: [{ name: "ipmi_h1", attrs: { action: "reboot" } }] },
      { name: "switch", devices: [{ name: "pdu", attrs: { port: "1" }, line: 11 }] },
    ],
  })
  expect(conf.nodes[2]?.unfence).toMatchObject([{ name: "pdu", attrs: { port: "3", action: "on" } }])
  expect(conf.fenceDevices[3]).toMatchObject({ name: "pdu", agent: "fence_apc", attrs: { passwd: "<apc>" } })
  expect(conf.rm.domains).toMatchObject([
    { name: "prefer_h1", ordered: true, restricted: false, nofailback: false, nodes: [{ priority: 1 }, { priority: 2 }, { priority: 3 }] },
    { name: "back_office", ordered: false, restricted: true, nofailback: true, nodes: [{ priority: 0 }, { priority: 0 }] },
  ])
  expect(conf.rm.resources.map(({ type }) => type)).toEqual(["ip", "clusterfs", "script"])
  expect(conf.rm.services).toMatchObject([
    {
      ...{ type: "service", attrs: { recovery: "relocate" } },
      children: [
        {
          attrs: { ref: "192.168.10.246/24" },
          children: [{ children: [{ attrs: { __independent_subtree: "1" }, children: [], actions: [{ attrs: { interval: "20s" } }] }] }],
        },
      ],
    },
    { type: "service", attrs: { name: "files" } },
    { type: "vm", attrs: { name: "guest1" } },
  ])
})
test("a file of RHEL 5: votes, a quorum disk with its heuristic, settings of rgmanager", () => {
  expect(read("mail-rhel5.conf")).toMatchObject({
    ...{ name: "mail", configVersion: 7 },
    cman: { twoNode: false, expectedVotes: 3 },
    quorumd: { votes: 1, label: "mailq", device: undefined, heuristics: [{ attrs: { score: "1" } }] },
    nodes: [{ name: "mx1", votes: 1 }, { name: "mx2" }],
    rm: { parts: [{ attrs: { log_level: "5", log_facility: "local4" } }] },
  })
})
test.each([
  ["1", 1, true],
  [" 12x", 12, true],
  ["-3", -3, false],
  ["yes", 0, true],
  ["no", 0, false],
  ["", 0, false],
  [undefined, 0, false],
])("%j is the number %i; yes: %s", (text, number, yes) => {
  expect([atoi(text), isYes(text)]).toEqual([number, yes])
})
