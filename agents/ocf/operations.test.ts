import { expect, test } from "vitest"
import { driver } from "./driver"
import { bootEnablement, disableAtBoot, monitor, start, stop } from "./operations"
import { OcfDefinition, OcfResource } from "./schema"

const ip = {
  class: "ocf",
  name: "ip",
  provider: "heartbeat",
  agent: "IPaddr2",
  params: { ip: "192.168.10.246", cidr_netmask: "24", note: "it's a b" },
}
const web = { class: "systemd", name: "web", unit: "apache2" }
const mail = { class: "lsb", name: "mail", script: "/etc/init.d/postfix" }

const environment =
  "env 'OCF_ROOT=/usr/lib/ocf' 'OCF_RESOURCE_INSTANCE=ip' 'OCF_RESKEY_ip=192.168.10.246' 'OCF_RESKEY_cidr_netmask=24' 'OCF_RESKEY_note=it'\\''s a b'"
test.each([
  ["an address", ip, `${environment} /usr/lib/ocf/resource.d/heartbeat/IPaddr2 start`, "start", 20_000, true],
  ["an address", ip, `${environment} /usr/lib/ocf/resource.d/heartbeat/IPaddr2 stop`, "stop", 20_000, false],
  ["a unit", web, "systemctl start -- apache2.service", "start", 100_000, true],
  ["a unit", web, "systemctl stop -- apache2.service", "stop", 100_000, false],
  ["a script", mail, "/etc/init.d/postfix start", "start", 60_000, false],
  ["a script", mail, "/etc/init.d/postfix stop", "stop", 60_000, false],
])("%s: the command shown is the command run (%#)", (_, resource, masked, op, timeoutMs, isProvenByExit) => {
  const bound = (op === "start" ? start : stop).bind(resource)
  expect(bound).toMatchObject({
    timeoutMs,
    isProvenByExit,
    isCheck: false,
    sentence: { code: `${op}Resource`, params: { resource: resource.name } },
  })
  expect(bound.command.masked).toBe(masked)
})
test("a definition's own times win", () => {
  const resource = { ...ip, timeouts: { startMs: 5_000, monitorMs: 7_000 }, monitorEveryMs: 60_000 }
  expect([start.bind(resource).timeoutMs, stop.bind(resource).timeoutMs]).toEqual([5_000, 20_000])
  expect(monitor(OcfResource.parse(resource))).toMatchObject({ name: "ocf.monitor:ip", everyMs: 60_000, timeoutMs: 7_000 })
})
test("how a unit is looked at", () =>
  expect(monitor(OcfResource.parse(web)).command.masked).toBe(
    "systemctl show -p LoadState,ActiveState,SubState,Result,MainPID,ControlGroup,UnitFileState -- apache2.service",
  ))
test.each([
  ["LoadState=loaded\nUnitFileState=enabled\n", "enabled", false],
  ["LoadState=loaded\nUnitFileState=enabled-runtime\n", "enabled-runtime", false],
  ["LoadState=loaded\nUnitFileState=disabled\n", "disabled", true],
  ["LoadState=loaded\nUnitFileState=static\n", "static", true],
  ["LoadState=masked\nUnitFileState=masked\n", "masked", true],
  ["LoadState=not-found\nUnitFileState=\n", "not-found", true],
])("a unit's fate at boot: %j", (stdout, atBoot, isSettled) => {
  const bound = disableAtBoot.bind({ unit: "apache2" })
  expect(bound.command.masked).toBe("systemctl disable -- apache2.service")
  expect(bootEnablement("apache2").parse({ exitCode: 0, stdout, stderr: "" })).toEqual({ unit: "apache2.service", atBoot })
  expect(bound.isSettled({ exitCode: 0, stdout, stderr: "" })).toBe(isSettled)
})
test("stops in reverse before it starts, and does nothing that is already so", () => {
  const wanted = (resource: object, state: string) => OcfDefinition.parse({ resource, state })
  const desired = [wanted(ip, "stopped"), wanted(web, "stopped"), wanted(mail, "started")]
  const ops = (actual: Record<string, unknown>) =>
    driver.plan("h1", desired, actual).map(({ op, params }) => `${op} ${OcfResource.parse(params).name}`)
  expect(ops({})).toEqual(["stop web", "stop ip", "start mail"])
  const is = (state: string, exitCode?: number) => ({ state, detail: "", ...(exitCode === undefined ? {} : { exitCode }) })
  expect(ops({ "ocf.monitor:ip": is("stopped"), "ocf.monitor:web": is("failed"), "ocf.monitor:mail": is("started") })).toEqual(["stop web"])
  expect(ops({ "ocf.monitor:ip": is("failed", 5), "ocf.monitor:web": is("stopped"), "ocf.monitor:mail": is("failed") })).toEqual([
    "start mail",
  ])
})
test("only an address agent brings up addresses", () => {
  const addresses = (resource: object) => driver.addresses?.(OcfDefinition.parse({ resource, state: "started" }))
  expect([addresses(ip), addresses(web), addresses(mail)]).toEqual([["192.168.10.246"], [], []])
})
