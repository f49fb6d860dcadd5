import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { startWorld, type World } from "../lib/server/world.fixture"
import cases from "./clusvcadm.cases.json"
import { called } from "./io.fixture"

let w: World
beforeAll(async () => {
  w = await startWorld({ users: true })
  await Promise.all([w.serviceIs("httpd", "started", "h1"), w.serviceIs("named", "started", "h2"), w.serviceIs("mail", "started", "h3")])
})
afterAll(() => w.stop())
afterEach(() => expect(w.cluster.violations).toEqual([]))

const clusvcadm = (args: string, who: "operator" | "viewer" = "operator") => called(["clusvcadm", ...args.split(" ")], { panel: w.as(who) })
const statusOf = async () => (await w.admin.service.get({ clusterId: w.clusterId, name: "named" })).status
const named = async () => {
  const { state, owner, isFrozen } = await statusOf()
  return [state, state === "failed" ? "" : owner, isFrozen ? "frozen" : ""].filter(Boolean).join(" ")
}
const STOP_FAILS = "h2 stop named-ip"
/** Whatever the case before has left. */
async function begin(): Promise<void> {
  w.cluster.troubles.clear()
  await clusvcadm("-u")
  await clusvcadm("-U named")
  if ((await statusOf()).state === "failed") await clusvcadm("-d named")
  const { state, owner } = await statusOf()
  if (state !== "started") await clusvcadm("-e named -m h2")
  else if (owner !== "h2") await clusvcadm("-r named -m h2")
  await w.serviceIs("named", "started", "h2")
}
const into: Readonly<Record<string, () => Promise<unknown> | undefined>> = {
  started: () => undefined,
  stopped: () => clusvcadm("-s named"),
  disabled: () => clusvcadm("-d named"),
  frozen: () => clusvcadm("-Z named"),
  locked: () => clusvcadm("-l"),
  failed: () => {
    w.cluster.troubles.add(STOP_FAILS)
    return clusvcadm("-s named")
  },
  mended: async () => {
    await into.failed?.()
    w.cluster.troubles.clear()
  },
  breaking: async () => void w.cluster.troubles.add(STOP_FAILS),
  "elsewhere broken": async () => {
    for (const node of ["h1", "h3"]) w.cluster.troubles.add(`${node} start named-ip`)
  },
  "h3 broken": async () => void w.cluster.troubles.add("h3 start named-ip"),
}

describe("clusvcadm on a cluster: what it prints, how it ends, what it does", () => {
  test.each(cases)("$in: $args", async ({ in: state, args, out, exit, after }) => {
    await begin()
    await into[state]?.()
    expect(await clusvcadm(args)).toEqual({ out, exit, err: "", asked: [] })
    expect(await named()).toBe(after)
  })
})
test("a viewer is told that it is not permitted", async () => {
  await begin()
  expect(await clusvcadm("-r named -m h3", "viewer")).toMatchObject({ out: expect.stringContaining("Permission denied"), exit: 238 })
  expect(await named()).toBe("started h2")
})
test("two relocations at once: one is done, the other is told of the deadlock", async () => {
  await begin()
  const said = await Promise.all([clusvcadm("-r named -m h1"), clusvcadm("-r named -m h3")])
  expect(said.map(({ exit }) => exit).toSorted((a, b) => a - b)).toEqual([0, 251])
})
