import { describe, expect, test } from "vitest"
import { illegal, type ServiceCommand, serviceCommands } from "../../lib/domain/legality"
import { report } from "../../lib/domain/report"
import { serviceStates } from "../../lib/domain/service"
import { announced, ended, outcomeOf, parseClusvcadm, targetOf } from "./clusvcadm"
import cases from "./clusvcadm.cases.json"
import { followOf } from "./clusvcadm-legality"
import { exitOf, type Result, results } from "./codes"
import { cluster } from "./view.fixture"

const standing = { service: "web", owner: "h1", isFrozen: false, isLocked: false, isQuorate: true, isPartial: false }
/** What clusvcadm answers in a state of which the panel's own rules decide. */
const answer = (command: ServiceCommand, over: object) => {
  const s = { ...standing, state: "started" as const, ...over }
  const said = command === "migrate" ? report("cannotMigrate") : illegal(command, s)
  return said === undefined ? "act" : followOf(command, s.state, [said])
}
describe("clusvcadm answers in every state as rgmanager does (service-manager.md §2.8)", () => {
  test.each(cases as readonly { command: ServiceCommand; cells: Record<string, string> }[])("$command", ({ command, cells }) => {
    expect(Object.fromEntries(serviceStates.map((state) => [state, answer(command, { state })]))).toEqual(cells)
  })
  test("a frozen service takes only its unfreezing, and says so", () => {
    for (const command of ["start", "disable", "stop", "relocate", "restart", "convalesce"] as const)
      expect(answer(command, { isFrozen: true })).toBe("EFROZEN")
    expect(answer("unfreeze", { isFrozen: true })).toBe("act")
    expect(answer("freeze", { isFrozen: true })).toBe("SUCCESS")
  })
  test("locked groups start nothing for now, and can be stopped; without a quorum nothing is taken", () => {
    for (const command of ["relocate", "restart"] as const) expect(answer(command, { isLocked: true })).toBe("EAGAIN")
    expect(answer("start", { state: "stopped", isLocked: true })).toBe("EAGAIN")
    for (const command of ["disable", "stop"] as const) expect(answer(command, { isLocked: true })).toBe("act")
    for (const command of serviceCommands.filter((c) => c !== "migrate")) expect(answer(command, { isQuorate: false })).toBe("EQUORUM")
  })
  test("while it is relocated, a further start or relocation would lock up; anything else waits its turn", () => {
    const held = [report("lockedByJob", { job: "1", lock: "web" })]
    expect(followOf("relocate", "stopping", held, { kind: "relocate", isWaiting: false })).toBe("EDEADLCK")
    expect(followOf("start", "starting", held, { kind: "relocate", isWaiting: false })).toBe("EDEADLCK")
    expect(followOf("disable", "starting", held, { kind: "relocate", isWaiting: false })).toBe("wait")
    expect(followOf("restart", "started", held, { kind: "restart", isWaiting: false })).toBe("wait")
    expect(followOf("restart", "started", held, { kind: "restart", isWaiting: true })).toBe("EAGAIN")
    expect(followOf("restart", "failed", held, { kind: "stop", isWaiting: true })).toBe("EFAIL")
  })
  test.each([
    ["relocate", "offline", "anywhere"],
    ["relocate", "outsideDomain", "anywhere"],
    ["relocate", "notEmpty", "EDEPEND"],
    ["start", "offline", "ENODE"],
    ["start", "inMaintenance", "ENODE"],
    ["start", "outsideDomain", "EFAIL"],
    ["start", "runsExclusive", "anywhere"],
  ] as const)("%s to a member that is %s: %s", (command, because, follow) =>
    expect(followOf(command, "started", [report("targetIllegal", { because })])).toBe(follow),
  )
})
test("the exit status is the result as an unsigned byte, but a service that runs already is no error", () => {
  expect(Object.fromEntries((Object.keys(results) as Result[]).map((r) => [r, exitOf(r)]))).toMatchObject({
    ...{ SUCCESS: 0, EFAIL: 255, EABORT: 254, ENOSERVICE: 252, EAGAIN: 250, EINVAL: 248, EQUORUM: 247, ERUN: 0, EFROZEN: 245 },
    ...{ ENODE: 244, EFENCE: 243, ERELO: 239, EPERM: 238, EWARNING: 237 },
  })
})
test.each([
  [["-e", "web"], { command: "start", service: "service:web", target: undefined, isByDomain: false, isQuiet: false }],
  [["-e", "service:web", "-F"], { command: "start", isByDomain: true }],
  [["-e", "web", "-n", "h2"], { command: "start", target: "h2" }],
  [["-qr", "web", "-m", "h2"], { command: "relocate", target: "h2", isQuiet: true }],
  [["-M", "vm:guest", "-m", "h2"], { command: "migrate", service: "vm:guest" }],
  [["-l"], { command: "lock" }],
  [["-v"], { exit: 0 }],
  [["-e", "web", "-F", "-m", "h2"], { exit: 1 }],
  [["-M", "web"], { exit: 1 }],
  [["-e", "web", "-d", "web"], { exit: 1 }],
  [[], { exit: 1 }],
  [["-k"], { exit: 1 }],
  [["-e"], { exit: 1 }],
])("clusvcadm %j is understood", (args, expected) => expect(parseClusvcadm(args)).toMatchObject(expected))
test.each([
  ["start", undefined, "Local machine trying to enable service:web..."],
  ["start", "h2", "Member h2 trying to enable service:web..."],
  ["disable", undefined, "Local machine disabling service:web..."],
  ["stop", undefined, "Local machine stopping service:web..."],
  ["relocate", "h2", "Trying to relocate service:web to h2..."],
  ["relocate", undefined, "Trying to relocate service:web..."],
] as const)("%s to %s is announced", (command, target, text) => expect(announced({ command, service: "service:web" }, target)).toBe(text))
test("a success tells where it runs now, with a warning when that is not what was asked", () => {
  const about = { command: "relocate", service: "service:web" } as const
  expect(ended(about, "SUCCESS", { asked: "h2", owner: "h2" })).toEqual({ out: "Success\nservice:web is now running on h2\n", exit: 0 })
  expect(ended(about, "SUCCESS", { asked: "h2", owner: "h3" }).out).toBe("Success\nWarning: service:web is now running on h3\n")
  expect(ended(about, "ERELO", { asked: "h2", owner: "h1" })).toEqual({ out: "Failed; service running on original owner\n", exit: 239 })
})
test("an unknown member is said to be unknown, and the closest one is taken", () => {
  expect(targetOf(cluster, "h2.example.net")).toEqual({ node: "h2.example.net", said: "" })
  expect(targetOf(cluster, "h2")).toMatchObject({ node: "h2.example.net", said: expect.stringContaining("'h2' not in membership list") })
  expect(targetOf(cluster, "h9").node).toBeUndefined()
})
test.each([
  ["relocate", "succeeded", "h1", { state: "started", owner: "h2" }, "SUCCESS"],
  ["relocate", "succeeded", "h1", { state: "started", owner: "h1" }, "ERELO"],
  ["relocate", "succeeded", "h1", { state: "stopped", owner: undefined }, "EFAIL"],
  ["relocate", "waiting", "h1", { state: "failed", owner: "h1" }, "EABORT"],
  ["disable", "waiting", "h1", { state: "failed", owner: "h1" }, "EWARNING"],
  ["stop", "succeeded", "h1", { state: "stopped", owner: undefined }, "SUCCESS"],
  ["start", "failed", undefined, { state: "stopped", owner: undefined }, "EFAIL"],
] as const)("%s whose job %s, from %s to %j, counts as %s", (command, job, owner, after, result) =>
  expect(outcomeOf(command, job, { owner }, after)).toBe(result),
)
