import { afterAll, beforeAll, expect, test } from "vitest"
import { type Door, startDoor } from "./door.fixture"
import { followEvents } from "./events"

let d: Door
beforeAll(async () => {
  d = await startDoor()
})
afterAll(() => d.stop())
const follow = (headers: Record<string, string>, signal?: AbortSignal) =>
  followEvents(d.w.engine(), new Request("http://panel/api/v1/events", { headers, ...(signal ? { signal } : {}) }))

test("a token follows the stream: a gap first, then what happens", async () => {
  const end = new AbortController()
  const { body, headers, status } = await follow({ authorization: `Bearer ${d.tokenOf("viewer")}` }, end.signal)
  expect([status, headers.get("content-type")]).toEqual([200, "text/event-stream"])
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
  let heard = ""
  const until = async (text: string) => {
    while (!heard.includes(text)) heard += (await reader?.read())?.value ?? ""
  }
  await until("event: gap")
  d.w.engine().bus.publish({ type: "output", jobId: "j", step: 1, line: "hello" })
  await until('"line":"hello"')
  end.abort()
})
test("nobody follows it without a token, or with one that is over; that is on record", async () => {
  const before = await d.w.db.audit.count({ where: { verb: "event.follow", outcome: "refused" } })
  const { token, id } = await d.tokenFor("admin", "admin")
  await d.w.db.apiToken.update({ where: { id }, data: { revokedAt: new Date() } })
  const answers = await Promise.all([follow({}), follow({ authorization: `Bearer ${token}` })])
  expect(await Promise.all(answers.map(async (answer) => [answer.status, (await answer.json()).code]))).toEqual([
    [401, "loginNeeded"],
    [401, "tokenRevoked"],
  ])
  expect((await d.w.db.audit.count({ where: { verb: "event.follow", outcome: "refused" } })) - before).toBe(2)
})
