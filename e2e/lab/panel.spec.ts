import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { expect, type Page, test } from "@playwright/test"
import { LAB_PASSWORD, LAB_USER, labOf } from "./lab"

/** A new user's first hour, through the screen, on real nodes; run.ts starts this inside the lab's management namespace. */
test.describe.configure({ mode: "serial" })
const lab = labOf()
const vip = lab.vip(1)
const port = 3690
const dir = mkdtempSync(join(tmpdir(), "moyai-lab-panel-"))
let child: ReturnType<typeof spawn> | undefined
let page: Page

/** Starts the panel as `npm start` does, and gives back the set-up token when the console shows one. */
function startPanel(): Promise<string | undefined> {
  const env = { ...process.env, NODE_ENV: "production" as const, MOYAI_DATA: dir, MOYAI_PORT: String(port), MOYAI_LOG_LEVEL: "info" }
  child = spawn(process.execPath, [resolve("dist/server.mjs")], { env, stdio: ["ignore", "pipe", "inherit"] })
  return new Promise((done) => {
    let text = ""
    child?.stdout?.setEncoding("utf8").on("data", (piece: string) => {
      text += piece
      const [, token] = text.match(/works once: ([\w-]+)/) ?? []
      if (token !== undefined) done(token)
      else if (text.includes("listens on") && !isFirst) done(undefined)
    })
  })
}
let isFirst = true
const killPanel = () =>
  new Promise<void>((done) => {
    child?.once("exit", () => done())
    child?.kill("SIGKILL")
  })
const answers = async () => (await fetch(`http://${vip}/`, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined))?.text()
const cellSays = (node: string, state: string) => page.getByRole("link", { name: `httpd on ${node}: ${state}. Open it.` })

test.beforeAll(async ({ browser }) => {
  const token = await startPanel()
  isFirst = false
  page = await (await browser.newContext({ locale: "en-US" })).newPage()
  await page.goto("/")
  await page.getByLabel("Token from the console").fill(token ?? "")
  await page.getByLabel("Your user name").fill("admin")
  await page.getByLabel("Your password").fill("a lab password 1")
  await page.getByRole("button", { name: "Make me admin" }).click()
  await page.getByLabel("Name of the cluster").fill("lab")
  await page.getByRole("button", { name: "Create" }).click()
  await page.waitForURL(/nodes\/add/)
})
test.afterAll(async () => {
  await killPanel()
  rmSync(dir, { recursive: true, force: true })
})

for (const node of lab.nodes)
  test(`${node.name}: address, fingerprint, a password once, checks, added`, async () => {
    await page.goto(`${new URL(page.url()).pathname.split("/").slice(0, 3).join("/")}/nodes/add`)
    await page.getByLabel("Address or host name").fill(node.address)
    await page.getByRole("button", { name: "Ask for its fingerprint" }).click()
    await expect(page.getByText(node.fingerprint)).toBeVisible()
    await page.getByLabel("It is the same").check()
    await page.getByLabel("User").fill(LAB_USER)
    await page.getByLabel("Password", { exact: true }).fill("wrong")
    await page.getByRole("button", { name: "Log in and check" }).click()
    await expect(page.getByRole("alert").getByText(`${LAB_USER} could not log in`)).toBeVisible()
    await page.getByLabel("Password", { exact: true }).fill(LAB_PASSWORD)
    await page.getByRole("button", { name: "Log in and check" }).click()
    await expect(page.getByText("sudo without a password")).toBeVisible()
    await expect(page.getByLabel("Name of the node")).toHaveValue(node.name)
    await page.getByRole("button", { name: `Add ${node.name}` }).click()
    await expect(page.getByRole("heading", { name: `${node.name} online` })).toBeVisible()
  })

test("httpd with its address: defined through the form, started on h1", async () => {
  const home = new URL(page.url()).pathname.split("/").slice(0, 3).join("/")
  await page.goto(`${home}/domains/new`)
  await page.getByLabel("Name").fill("web")
  await page.getByRole("button", { name: "Save" }).click()
  await page.waitForURL(/\/domains$/)
  await page.goto(`${home}/services/new`)
  await page.getByLabel("Name", { exact: true }).fill("httpd")
  await page.getByLabel("Failover domain").selectOption("web")
  await page.getByRole("button", { name: "Add address" }).click()
  await page.getByLabel("IP address").fill("not an address")
  await page.getByRole("button", { name: "Add systemd unit" }).click()
  await page.getByLabel("Unit", { exact: true }).fill("apache2.service")
  await page.getByLabel("IP address").fill(vip)
  await page.getByRole("button", { name: "Save" }).click()
  await page.waitForURL(/\/services\/httpd$/)
  await page.goto(home)
  await expect(cellSays("h1", "started")).toBeVisible()
  expect((await answers())?.trim()).toBe("h1")
})

test("one click and one confirm move it to h2, while the outage is measured", async () => {
  const probe = spawn("bash", [
    "-c",
    `while :; do if curl -s -m 0.3 -o /dev/null http://${vip}/; then echo "ok $(date +%s%3N)"; else echo "no $(date +%s%3N)"; fi; sleep 0.02; done`,
  ])
  let seen = ""
  probe.stdout.setEncoding("utf8").on("data", (text: string) => {
    seen += text
  })
  await page.getByRole("button", { name: /^Relocate httpd to h2/ }).click()
  await page.getByRole("button", { name: "Relocate to h2" }).click()
  await expect(page.getByRole("dialog").getByRole("status").getByText("succeeded")).toBeVisible()
  await page.getByRole("button", { name: "Close" }).click()
  await expect(cellSays("h2", "started")).toBeVisible()
  await expect.poll(async () => (await answers())?.trim()).toBe("h2")
  probe.kill()
  const lost = seen
    .split("\n")
    .filter((line) => line.startsWith("no "))
    .map((line) => Number(line.slice(3)))
  console.log(`outage as a client saw it: ${lost.length === 0 ? 0 : (lost.at(-1) ?? 0) - (lost[0] ?? 0)} ms`)
})

test("the panel is killed in the middle of a relocation; started again, it completes", async () => {
  await page.getByRole("button", { name: /^Relocate httpd to h3/ }).click()
  await page.getByRole("button", { name: "Relocate to h3" }).click()
  await expect(page.getByRole("dialog").getByRole("status").getByText("running")).toBeVisible()
  await killPanel()
  await startPanel()
  await page.reload()
  await expect(cellSays("h3", "started")).toBeVisible({ timeout: 60_000 })
  await expect.poll(async () => (await answers())?.trim()).toBe("h3")
})

test("httpd stopped by hand on the node is seen as recoverable, and then started", async () => {
  await lab.exec("h3", "systemctl", "stop", "apache2")
  await expect(page.getByText("httpd: the status check on h3 failed").first()).toBeVisible()
  await expect(cellSays("h3", "started")).toBeVisible()
  expect((await answers())?.trim()).toBe("h3")
})
