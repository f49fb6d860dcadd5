import { expect, test } from "vitest"
import { monitor, start, stop } from "./operations"
import { OcfResource } from "./schema"

const resource = (over: object) => OcfResource.parse({ name: "r", ...over })
const dummy = resource({ class: "ocf", provider: "heartbeat", agent: "Dummy", params: {} })
const script = resource({ class: "lsb", script: "/etc/init.d/postfix" })
const unit = resource({ class: "systemd", unit: "apache2" })
const seen = (exitCode: number, stdout = "", stderr = "") => ({ exitCode, stdout, stderr })

/** OCF 1.1: only 7 is "not running"; 5 is not, but ends a stop. */
test.each([
  [0, "started", "running", false],
  [1, "failed", "generic error", false],
  [2, "failed", "wrong arguments", false],
  [5, "stopped", "not installed", true],
  [6, "failed", "not configured", false],
  [7, "stopped", "not running", true],
  [8, "started", "running, promoted", false],
  [9, "failed", "failed, promoted", false],
  [127, "failed", "the agent is missing", false],
  [137, "failed", "exit code 137", false],
])("an OCF monitor's exit code %i is %s", (exitCode, state, detail, isStopDone) => {
  expect(monitor(dummy).parse(seen(exitCode))).toEqual({ state, detail, exitCode, ...(exitCode === 5 ? { isAbsent: true } : {}) })
  expect(start.bind(dummy).isSettled(seen(exitCode))).toBe(state === "started")
  expect(stop.bind(dummy).isSettled(seen(exitCode))).toBe(isStopDone)
})
test.each([
  ["ocf-exit-reason:Setup problem: couldn't find command: httpd\n", "not installed: Setup problem: couldn't find command: httpd"],
  ["apache(web)[123]: ERROR: no config\n", "not installed: no config"],
  ["Nov 20 12:00:00 ERROR: \u001b[31mred\u001b[0m <b>\u202e\n", "not installed: red <b>"],
])("the agent's reason %j is told without its time and its tricks", (stderr, detail) =>
  expect(monitor(dummy).parse(seen(5, "", stderr))).toMatchObject({ detail }),
)

/** LSB: 1 and 2 are dead with something left behind. */
test.each([
  [0, "started"],
  [1, "stopped"],
  [2, "stopped"],
  [3, "stopped"],
  [4, "failed"],
  [5, "failed"],
  [127, "failed"],
  [200, "failed"],
])("a script's status %i is %s", (exitCode, state) => expect(monitor(script).parse(seen(exitCode))).toMatchObject({ state, exitCode }))

const show = (active: string, more: Record<string, string> = {}) =>
  Object.entries({
    LoadState: "loaded",
    ActiveState: active,
    SubState: "x",
    Result: "success",
    MainPID: "0",
    ControlGroup: "",
    UnitFileState: "disabled",
    ...more,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join("")
test.each<[string, Record<string, string>, string]>([
  ["active", { MainPID: "76" }, "started"],
  ["reloading", { MainPID: "76" }, "started"],
  ["refreshing", {}, "started"],
  ["inactive", {}, "stopped"],
  ["inactive", { LoadState: "not-found", UnitFileState: "" }, "stopped"],
  ["failed", { Result: "exit-code" }, "stopped"],
  ["failed", { Result: "timeout", ControlGroup: "/system.slice/apache2.service" }, "failed"],
  ["failed", { MainPID: "12" }, "failed"],
  ["activating", { SubState: "auto-restart" }, "failed"],
  ["deactivating", { MainPID: "76" }, "failed"],
  ["maintenance", {}, "failed"],
  ["a state of tomorrow", {}, "failed"],
])("a unit that is %s %j is %s", (active, more, state) => {
  const value = monitor(unit).parse(seen(0, show(active, more)))
  expect(value).toMatchObject({ state, unit: "apache2.service" })
  expect(value.pid).toBe(more.MainPID ? Number(more.MainPID) : undefined)
})
test("what happens at boot comes with it", () => {
  expect(monitor(unit).parse(seen(0, show("active", { UnitFileState: "enabled" })))).toMatchObject({ atBoot: "enabled" })
  expect(monitor(unit).parse(seen(0, show("active", { UnitFileState: "of tomorrow" })))).toMatchObject({ atBoot: "unknown" })
})
test.each([
  [seen(1, "", "Failed to connect to bus: No such file or directory"), "exit code 1: Failed to connect to bus"],
  [seen(0, "LoadState=loaded\n"), "no ActiveState"],
  [seen(0, ""), "no ActiveState"],
])("a systemd that does not answer is not taken for a stopped unit: %j", (result, message) =>
  expect(() => monitor(unit).parse(result)).toThrow(message),
)
