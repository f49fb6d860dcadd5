import { afterEach, beforeAll, describe, expect, test } from "vitest"
import type { EmailInput } from "../domain/alert-channel"
import { EmailInput as EmailSchema } from "../domain/alert-channel"
import { headerText, sendEmail } from "./email"
import { type Message, messageOf } from "./message"
import { certificateOf, lookupOf, smtpServer } from "./servers.fixture"

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})
const served = async (...args: Parameters<typeof smtpServer>) => {
  const server = await smtpServer(...args)
  closing.push(server.close)
  return server
}
let tls = { key: "", cert: "" }
beforeAll(() => {
  tls = certificateOf("mail.example")
})
const about = {
  id: "m1",
  cluster: { id: "c1", name: "zigsow" },
  kind: "serviceFailed",
  phase: "began",
  subject: "httpd",
  sinceMs: 0,
} as const
const message: Message = messageOf(about, "en", "https://moyai.example.net")
const mail = (port: number, over: Partial<EmailInput> = {}): EmailInput => ({
  ...{ name: "mail", language: "en", allowPrivate: true, host: "127.0.0.1", port, security: "none", user: "" },
  ...{ from: "moyai@example.net", to: ["ann@example.net", "bob@example.net"] },
  ...over,
})
const header = (raw: string, name: string) => raw.split("\r\n\r\n")[0]?.match(new RegExp(`^${name}: (.*(?:\r\n[ \t].*)*)`, "im"))?.[1]

describe("a mail", () => {
  test("goes to all addresses with what happened, since when, and the link", async () => {
    const server = await served()
    expect(await sendEmail(mail(server.port), undefined, message)).toMatchObject({ ok: true })
    const [{ from, to, raw } = { from: "", to: [], raw: "" }] = server.mails
    expect([from, to, server.logins]).toEqual(["moyai@example.net", ["ann@example.net", "bob@example.net"], []])
    expect(header(raw, "Subject")).toBe("[Moyai] zigsow: service httpd has failed")
    expect([header(raw, "Message-ID"), header(raw, "Auto-Submitted")]).toEqual(["<m1@example.net>", "auto-generated"])
    expect(raw).toContain("https://moyai.example.net/c/c1/services/httpd")
    expect(raw).toContain("1970-01-01T00:00:00.000Z")
  })
  test("in Japanese arrives as it was written", async () => {
    const server = await served()
    await sendEmail(mail(server.port), undefined, messageOf(about, "ja"))
    const encoded = header(server.mails[0]?.raw ?? "", "Subject") ?? ""
    const words = [...encoded.matchAll(/=\?UTF-8\?B\?([^?]*)\?=/gi)].map(([, text = ""]) => Buffer.from(text, "base64"))
    const quoted = [...encoded.matchAll(/=\?UTF-8\?Q\?([^?]*)\?=/gi)].map(([, text = ""]) => text.replaceAll("_", " "))
    const plain = decodeURIComponent(quoted.join("").replaceAll(/=([0-9A-F]{2})/g, "%$1"))
    expect(`${Buffer.concat(words)}${plain}`).toContain("サービス httpd が失敗しています")
  })
  test.each(["a\r\nBcc: eve@example.net", "a\nBcc: eve@example.net", "a\rBcc: eve@example.net", "a\0b", "a\u2028Bcc: x", "a\r\n\r\nbody"])(
    "with %j in its subject has one line of subject, and no header more",
    async (text) => {
      const server = await served()
      expect(headerText(text)).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
      await sendEmail(mail(server.port), undefined, { ...message, text })
      const [{ to, raw } = { to: [], raw: "" }] = server.mails
      expect(header(raw, "Bcc")).toBeUndefined()
      expect(to).toEqual(["ann@example.net", "bob@example.net"])
      expect(header(raw, "Subject")).toMatch(/^\[Moyai\] a/)
    },
  )
  test.each([
    "ann@example.net\r\nBcc: eve@example.net",
    "a b@example.net",
    "ann@example.net, eve@example.net",
    "<ann@example.net>",
    "ann@",
    '"a"@b',
    "@b",
  ])("to %j is refused by the form", (to) =>
    expect(EmailSchema.safeParse({ ...mail(25), to: [to] }).success || EmailSchema.safeParse({ ...mail(25), from: to }).success).toBe(
      false,
    ),
  )
  test("logs in, and what the server says of a wrong password is not kept", async () => {
    const server = await served()
    expect((await sendEmail(mail(server.port, { user: "ann" }), "right one", message)).ok).toBe(true)
    expect(server.mails[0]?.user).toBe("ann")
    const outcome = await sendEmail(mail(server.port, { user: "ann" }), "wr0ng-secret", message)
    expect(outcome).toEqual({ ok: false, detail: { code: "loginRefused", params: { status: "535" } } })
    expect([server.logins, server.mails.length]).toEqual([["ann:right one", "ann:wr0ng-secret"], 1])
  })
  test("that is refused by the server says so by its number", async () => {
    const server = await served({
      onRcptTo: (_a, _s, callback) => callback(Object.assign(new Error("secret words"), { responseCode: 550 })),
    })
    expect(await sendEmail(mail(server.port), undefined, message)).toEqual({
      ok: false,
      detail: { code: "rejected", params: { status: "550" } },
    })
  })
})
describe("encryption", () => {
  const secure = () => ({ ...tls, disabledCommands: [] })
  const named = { host: "mail.example" }
  const outside = () => ({ lookup: lookupOf(["127.0.0.1"]).lookup, ca: tls.cert })
  test("STARTTLS that is demanded and not offered: no login, no mail", async () => {
    const server = await served()
    const outcome = await sendEmail(mail(server.port, { security: "starttls", user: "ann" }), "right", message)
    expect(outcome.detail.code).toBe("noStarttls")
    expect([server.logins, server.mails]).toEqual([[], []])
  })
  test.each([
    ["starttls", false],
    ["tls", true],
  ] as const)("%s: the mail is sent encrypted", async (security, isSecure) => {
    const server = await served({ ...secure(), secure: isSecure })
    expect(await sendEmail(mail(server.port, { ...named, security }), undefined, message, outside())).toMatchObject({ ok: true })
    expect(server.mails[0]?.isSecure).toBe(true)
  })
  test.each(["starttls", "tls"] as const)(
    "%s: a certificate that nobody vouches for, or of another name, is refused before the login",
    async (security) => {
      const server = await served({ ...secure(), secure: security === "tls" })
      const settings = mail(server.port, { security, user: "ann" })
      const unknown = await sendEmail({ ...settings, ...named }, "right", message, { ...outside(), ca: undefined } as object)
      const misnamed = await sendEmail({ ...settings, host: "other.example" }, "right", message, outside())
      expect([unknown.detail.code, misnamed.detail.code]).toEqual(["tlsFailed", "tlsFailed"])
      expect([server.logins, server.mails]).toEqual([[], []])
    },
  )
})
describe("a private address", () => {
  test.each([
    ["127.0.0.1", []],
    ["mail.example", ["127.0.0.1"]],
    ["2130706433", ["127.0.0.1"]],
    ["mail.example", ["8.8.8.8", "::1"]],
  ])("%s (%j) is refused unless the channel's setting allows it", async (host, answer) => {
    const server = await served()
    const outcome = await sendEmail(mail(server.port, { host, allowPrivate: false, user: "ann" }), "right", message, lookupOf(answer))
    expect(outcome.detail.code).toBe("addressRefused")
    expect([server.logins, server.mails]).toEqual([[], []])
  })
  test("of a name that was public before (rebinding) is refused", async () => {
    const server = await served()
    const { lookup } = lookupOf(["8.8.8.8"], ["127.0.0.1"])
    lookup("mail.example", { all: true }, () => undefined)
    const outcome = await sendEmail(mail(server.port, { host: "mail.example", allowPrivate: false }), undefined, message, { lookup })
    expect(outcome.detail).toEqual({ code: "addressRefused", params: { address: "127.0.0.1" } })
    expect(server.mails).toEqual([])
  })
})
test("a server that says nothing is given up in time", async () => {
  const server = await served({ onConnect: () => undefined })
  const outcome = await sendEmail(mail(server.port), undefined, message, { timeoutMs: 150 })
  expect(outcome.detail.code).toBe("timeout")
})
test("a port that nobody serves says so", async () => {
  const server = await served()
  await closing.pop()?.()
  expect((await sendEmail(mail(server.port), undefined, message)).detail).toEqual({
    code: "connectFailed",
    params: { why: "ECONNREFUSED" },
  })
})
