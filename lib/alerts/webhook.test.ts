import { afterEach, describe, expect, test } from "vitest"
import type { WebhookInput } from "../domain/alert-channel"
import { isPrivate } from "./address"
import cases from "./address.cases.json"
import { type Message, messageOf } from "./message"
import { certificateOf, httpServer, lookupOf } from "./servers.fixture"
import { postWebhook } from "./webhook"

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})
const served = async (...args: Parameters<typeof httpServer>) => {
  const server = await httpServer(...args)
  closing.push(server.close)
  return server
}
const about = { id: "m1", cluster: { id: "c1", name: "zigsow" }, kind: "nodeLost", phase: "began", subject: "h3", sinceMs: 1_000 } as const
const message: Message = messageOf(about, "en", "https://moyai.example.net")
const hook = (over: Partial<WebhookInput>): WebhookInput => ({
  ...{ name: "ops", language: "en", allowPrivate: false, url: "http://hook.example/", header: "Authorization" },
  ...over,
})

describe("an address", () => {
  test.each(cases.private)("%j is private", (address) => expect(isPrivate(address)).toBe(true))
  test.each(cases.public)("%j is public", (address) => expect(isPrivate(address)).toBe(false))
})

describe("a webhook", () => {
  test("gets one POST of JSON with the secret in its header, and its answer's body is not waited for", async () => {
    const server = await served((response) => void response.writeHead(200).write("a body without an end"))
    expect(await postWebhook(hook({ url: server.url, allowPrivate: true, header: "X-Key" }), "Bearer s3cret", message)).toMatchObject({
      ok: true,
    })
    expect(server.asked).toMatchObject([
      { method: "POST", url: "/hook", headers: { "x-key": "Bearer s3cret", "content-type": "application/json", "user-agent": "Moyai" } },
    ])
    expect(JSON.parse(server.asked[0]?.body ?? "")).toEqual({
      ...{ id: "m1", cluster: "zigsow", kind: "nodeLost", phase: "began", subject: "h3", sinceMs: 1_000 },
      ...{ text: "zigsow: node h3 is lost", link: "https://moyai.example.net/c/c1/nodes/h3?open=confirm" },
    })
  })
  test.each([301, 302, 303, 307, 308])("that answers with a redirect (%d) is not followed, and has not got it", async (status) => {
    const other = await served()
    const server = await served((response) => void response.writeHead(status, { location: other.url }).end())
    const outcome = await postWebhook(hook({ url: server.url, allowPrivate: true }), "s3cret", message)
    expect(outcome).toEqual({ ok: false, detail: { code: "redirect", params: { status: String(status) } } })
    expect([server.asked.length, other.asked.length]).toEqual([1, 0])
  })
  test.each([400, 404, 500])("that answers with %d has not got it", async (status) => {
    const server = await served((response) => void response.writeHead(status).end("secret words"))
    const outcome = await postWebhook(hook({ url: server.url, allowPrivate: true }), undefined, message)
    expect(outcome).toEqual({ ok: false, detail: { code: "status", params: { status: String(status) } } })
  })
  test("over https is sent to whom the certificate names, and to nobody else", async () => {
    const tls = certificateOf("hook.example")
    const server = await served(undefined, tls)
    const settings = (host: string) => hook({ url: `https://${host}:${server.port}/`, allowPrivate: true })
    const outside = () => ({ lookup: lookupOf(["127.0.0.1"]).lookup, ca: tls.cert })
    expect((await postWebhook(settings("other.example"), "s3cret", message, outside())).detail.code).toBe("tlsFailed")
    expect((await postWebhook(settings("hook.example"), "s3cret", message, lookupOf(["127.0.0.1"]))).detail.code).toBe("tlsFailed")
    expect(server.asked).toEqual([])
    expect((await postWebhook(settings("hook.example"), "s3cret", message, outside())).ok).toBe(true)
  })
  test("that never answers is given up", async () => {
    const server = await served(() => undefined)
    const outcome = await postWebhook(hook({ url: server.url, allowPrivate: true }), undefined, message, { timeoutMs: 100 })
    expect(outcome.detail.code).toBe("timeout")
  })
  test("that hangs up, and one that nobody serves, say so", async () => {
    const server = await served((response) => void response.destroy())
    expect((await postWebhook(hook({ url: server.url, allowPrivate: true }), undefined, message)).detail).toMatchObject({
      code: "connectFailed",
    })
    await closing.pop()?.()
    expect(await postWebhook(hook({ url: server.url, allowPrivate: true }), undefined, message)).toEqual({
      ok: false,
      detail: { code: "connectFailed", params: { why: "ECONNREFUSED" } },
    })
  })
})

describe("a private address", () => {
  test.each(["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "127.1"])(
    "written as %s is refused without a lookup",
    async (host) => {
      const server = await served()
      const { asked, lookup } = lookupOf(["8.8.8.8"])
      const outcome = await postWebhook(hook({ url: `http://${host}:${server.port}/` }), "s3cret", message, { lookup })
      expect(outcome.detail.code).toBe("addressRefused")
      expect([asked, server.asked]).toEqual([[], []])
    },
  )
  test.each([[["127.0.0.1"]], [["8.8.8.8", "127.0.0.1"]], [["::1"]], [["169.254.169.254"]]])(
    "behind a name is refused: %j",
    async (answer) => {
      const server = await served()
      const { lookup } = lookupOf(answer)
      const outcome = await postWebhook(hook({ url: `http://hook.example:${server.port}/` }), "s3cret", message, { lookup })
      expect(outcome.detail.code).toBe("addressRefused")
      expect(server.asked).toEqual([])
    },
  )
  test("behind a name is taken when the channel's setting allows it", async () => {
    const server = await served()
    const { asked, lookup } = lookupOf(["127.0.0.1"])
    const outcome = await postWebhook(hook({ url: `http://hook.example:${server.port}/`, allowPrivate: true }), undefined, message, {
      lookup,
    })
    expect(outcome.ok).toBe(true)
    expect(asked).toEqual(["hook.example"])
  })
  test("that a name shows only when it is connected to (rebinding) is refused: the answer that was checked is the one that is used", async () => {
    const server = await served()
    const { asked, lookup } = lookupOf(["8.8.8.8"], ["127.0.0.1"])
    // Somebody looks first, and sees a public address.
    lookup("hook.example", { all: true }, (_, found) => expect(found.map(({ address }) => address)).toEqual(["8.8.8.8"]))
    const outcome = await postWebhook(hook({ url: `http://hook.example:${server.port}/` }), "s3cret", message, { lookup })
    expect(outcome).toEqual({ ok: false, detail: { code: "addressRefused", params: { address: "127.0.0.1" } } })
    expect([asked.length, server.asked]).toEqual([2, []])
  })
})
