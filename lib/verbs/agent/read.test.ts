import { afterAll, beforeAll, expect, test } from "vitest"
import { startWorld, type World } from "../../server/world.fixture"
import { codesOf } from "../called.fixture"

let w: World
beforeAll(async () => {
  w = await startWorld()
  await w.until("a member answers", () => w.admin.agent.list({ clusterId: w.clusterId }).catch(() => undefined))
})
afterAll(() => w.stop())

test("an agent that the node does not have is told as such, and never as a node that does not answer", async () => {
  const asked = { clusterId: w.clusterId, provider: "heartbeat", agent: "NoSuchAgent" }
  expect(await codesOf(w.admin.agent.metadata(asked))).toEqual(["invalid"])
})
