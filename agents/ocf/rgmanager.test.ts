import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { rgmanagerTypes } from "./rgmanager"
import { treeTypeOf, uniqueOf } from "./tree-type"

const ordered = ["ip", "fs", "clusterfs", "netfs", "lvm", "nfsserver", "nfsclient", "vm"]
test.each(ordered)("what does the work of rgmanager's %s takes its place in the tree", (type) => {
  const { agent = "", params = {} } = rgmanagerTypes[type] ?? {}
  expect(treeTypeOf({ class: "ocf", name: "r", provider: "heartbeat", agent, params, monitorEveryMs: 10_000 })).toBe(type)
})
test("units and init scripts are rgmanager's script", () => {
  expect(treeTypeOf({ class: "systemd", name: "r", unit: "apache2.service", monitorEveryMs: 10_000 })).toBe("script")
  expect(treeTypeOf({ class: "lsb", name: "r", script: "/etc/init.d/httpd", monitorEveryMs: 10_000 })).toBe("script")
})
test("every old name has a successor that is one of ours to drive: an OCF agent's name", () => {
  for (const { agent } of Object.values(rgmanagerTypes)) expect(agent).toMatch(/^[A-Za-z][\w.-]+$/)
  expect(readFileSync(new URL("./README.md", import.meta.url), "utf8")).toContain("IPaddr2")
})
test("two resources that are one and the same thing are told by what they are", () => {
  const ocf = (agent: string, params: Record<string, string>) =>
    uniqueOf({ class: "ocf", name: "r", provider: "heartbeat", agent, params, monitorEveryMs: 10_000 })
  expect(ocf("IPaddr2", { ip: "10.0.0.1" })).toEqual(ocf("IPaddr", { ip: "10.0.0.1" }))
  expect(ocf("Filesystem", { directory: "/srv", device: "/dev/a" })).toEqual(["/srv"])
  expect(ocf("LVM-activate", { vgname: "vg" })).not.toEqual(ocf("LVM-activate", { vgname: "vg", lvname: "data" }))
  expect(ocf("mysql", { config: "/etc/my.cnf" })).toEqual([])
  expect(uniqueOf({ class: "systemd", name: "r", unit: "apache2.service", monitorEveryMs: 10_000 })).toEqual(["apache2.service"])
})
