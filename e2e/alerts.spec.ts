import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { expect, type Page, test } from "@playwright/test"
import { login, looksRight } from "./browser"

test.describe.configure({ mode: "serial" })
const said: { readonly kind: string; readonly phase: string; readonly subject: string; readonly key: string | undefined }[] = []
const server = createServer(async (request, response) => {
  let body = ""
  for await (const part of request) body += part
  const { kind, phase, subject } = JSON.parse(body)
  said.push({ kind, phase, subject, key: request.headers["x-key"]?.toString() })
  response.writeHead(204).end()
})
let url = ""
test.beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` // it listens on TCP
})
test.afterAll(() => void server.close())
const open = async (page: Page) => {
  await page.goto(`${await login(page)}/alerts`)
  await page.getByText("Live", { exact: true }).waitFor()
}

test("a webhook is added, tested where it stands, and put right with the reason that the test gave", async ({ page }) => {
  await open(page)
  await looksRight(page)
  await page.getByRole("button", { name: "Add webhook" }).click()
  const dialog = page.getByRole("dialog")
  await dialog.getByLabel("Name").fill("ops")
  await dialog.getByLabel("URL").fill("http://user:pass@example.net/")
  await dialog.getByRole("button", { name: "Save" }).click()
  await expect(dialog.getByText("An http or https address without user and password in it.")).toBeVisible()
  await looksRight(page)
  await dialog.getByLabel("URL").fill(url)
  await dialog.getByLabel("Header of the secret").fill("X-Key")
  await dialog.getByLabel("Secret (value of the header)").fill("s3cret-of-the-hook")
  await dialog.getByRole("button", { name: "Save" }).click()
  await expect(dialog).toHaveCount(0)
  await page.getByRole("button", { name: "Test ops" }).click()
  await expect(page.getByRole("status").getByText("127.0.0.1 is a private address")).toBeVisible()
  expect(said).toEqual([])
  await page.getByRole("button", { name: "Edit ops" }).click()
  await expect(dialog.getByText("One is stored. Empty keeps it.")).toBeVisible()
  expect(await page.content()).not.toContain("s3cret-of-the-hook")
  await dialog.getByLabel("Private addresses are allowed").check()
  await dialog.getByRole("button", { name: "Save" }).click()
  await expect(dialog).toHaveCount(0)
  await page.getByRole("button", { name: "Test ops" }).click()
  await expect(page.getByRole("status").getByText("delivered", { exact: true })).toBeVisible()
  expect(said).toEqual([{ kind: "test", phase: "test", subject: "", key: "s3cret-of-the-hook" }])
  await page.reload()
  await expect(page.getByText("delivered", { exact: true })).toBeVisible()
})
test("an e-mail without an address to send to is refused under its field", async ({ page }) => {
  await open(page)
  await page.getByRole("button", { name: "Add e-mail" }).click()
  const dialog = page.getByRole("dialog")
  await dialog.getByLabel("Name").fill("mail")
  await dialog.getByLabel("Mail server").fill("127.0.0.1")
  await dialog.getByLabel("From").fill("moyai@example.net")
  await dialog.getByLabel("To", { exact: true }).fill("ann@example.net, not an address")
  await dialog.getByRole("button", { name: "Save" }).click()
  await expect(dialog.getByText("A mail address, such as ann@example.net.")).toBeVisible()
  await looksRight(page)
  await dialog.getByLabel("To", { exact: true }).fill("ann@example.net, bob@example.net")
  await dialog.getByRole("button", { name: "Save" }).click()
  await expect(page.getByText("ann@example.net, bob@example.net (127.0.0.1:587)")).toBeVisible()
})
test("a node that is lost is told, stands in the history with its page, and so does its return", async ({ page }) => {
  await open(page)
  await page.getByRole("button", { name: "Add rule" }).click()
  await page.getByLabel("For (seconds)").fill("soon")
  await page.getByRole("checkbox", { name: "mail" }).uncheck()
  await page.getByRole("checkbox", { name: "ops" }).check()
  await page.getByRole("button", { name: "Save rules" }).click()
  await expect(page.getByText("A number of seconds from 0 to 86400.")).toBeVisible()
  await page.getByLabel("For (seconds)").fill("1")
  await page.getByRole("button", { name: "Save rules" }).click()
  await expect(page.getByRole("status").getByText("Saved.")).toBeVisible()
  const home = page.url().replace(/\/alerts$/, "")
  await page.goto(`${home}/demo`)
  await page.getByRole("button", { name: "Unplug h3" }).click()
  await expect.poll(() => said.slice(1).map(({ phase, subject }) => `${phase} ${subject}`), { timeout: 60_000 }).toEqual(["began h3"])
  await page.goto(`${home}/demo`)
  await page.getByRole("button", { name: "Plug h3 in" }).click()
  await expect
    .poll(() => said.slice(1).map(({ phase, subject }) => `${phase} ${subject}`), { timeout: 60_000 })
    .toEqual(["began h3", "over h3"])
  await page.goto(`${home}/alerts`)
  const history = page.getByRole("region", { name: "Sent" })
  await expect(history.getByText("· began")).toBeVisible()
  await expect(history.getByText("· over")).toBeVisible()
  await history.getByRole("link", { name: "Node h3 is lost" }).first().click()
  await page.waitForURL(/\/nodes\/h3\?open=confirm$/)
})
for (const locale of ["en", "ja"])
  for (const theme of ["light", "dark"])
    for (const width of [1280, 390])
      test(`with channels, rules and history: ${locale}, ${theme}, ${width} px`, async ({ browser, baseURL }) => {
        const context = await browser.newContext({ viewport: { width, height: 844 }, baseURL: baseURL ?? "" })
        await context.addCookies(
          ["locale", "theme"].map((name) => ({ name, value: name === "locale" ? locale : theme, url: baseURL ?? "" })),
        )
        const page = await context.newPage()
        await page.goto(`${await login(page)}/alerts`)
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible()
        await looksRight(page)
        const shots = process.env.MOYAI_SHOTS
        if (shots) await page.screenshot({ path: `${shots}/${locale}-${theme}-${width}_alerts.png`, fullPage: true })
        await page.getByRole("button", { name: /Edit ops|ops を編集/ }).click()
        await looksRight(page)
        if (shots) await page.screenshot({ path: `${shots}/${locale}-${theme}-${width}_alerts-dialog.png`, fullPage: true })
        await context.close()
      })
