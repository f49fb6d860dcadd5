import { expect, test } from "@playwright/test"
import { login, looksRight } from "./browser"

test.describe.configure({ mode: "serial" })

test("one click on a cell and one confirm relocate a service, and the screen says so as it happens", async ({ page }) => {
  await login(page)
  await expect(page.getByRole("link", { name: "httpd on h1: started. Open it." })).toBeVisible()
  await page.getByRole("button", { name: /^Relocate httpd to h2/ }).click()
  const dialog = page.getByRole("dialog", { name: "Relocate httpd" })
  await expect(dialog.getByText("Stop httpd-daemon (apache2.service) on h1")).toBeVisible()
  await expect(dialog.getByText("If h2 cannot start httpd: h3")).toBeVisible()
  await expect(dialog.getByText("Nothing else changes: named, mail.")).toBeVisible()
  await dialog.getByRole("button", { name: "Relocate to h2" }).click()
  await expect(dialog.getByRole("status").getByText("succeeded")).toBeVisible()
  await dialog.getByRole("button", { name: "Close" }).click()
  await expect(page.getByRole("link", { name: "httpd on h2: started. Open it." })).toBeVisible()
})

test("the keyboard alone relocates it back", async ({ page }) => {
  await login(page)
  const cell = page.getByRole("button", { name: /^Relocate httpd to h1/ })
  await cell.focus()
  await page.keyboard.press("Enter")
  const confirm = page.getByRole("button", { name: "Relocate to h1" })
  await expect(confirm).toBeFocused()
  await page.keyboard.press("Enter")
  await expect(page.getByRole("dialog").getByRole("status").getByText("succeeded")).toBeVisible()
  await page.keyboard.press("Escape")
  await expect(page.getByRole("link", { name: "httpd on h1: started. Open it." })).toBeVisible()
})

test("Escape leaves everything as it is", async ({ page }) => {
  await login(page)
  await page.getByRole("button", { name: /^Relocate named to h3/ }).click()
  await expect(page.getByRole("button", { name: "Relocate to h3" })).toBeVisible()
  await page.keyboard.press("Escape")
  await expect(page.getByRole("dialog")).toHaveCount(0)
  await expect(page.getByRole("link", { name: "named on h2: started. Open it." })).toBeVisible()
})

test("a unit stopped by hand is seen, recovered, and on record", async ({ page }) => {
  const home = await login(page)
  await page.goto(`${home}/demo`)
  await page.getByRole("button", { name: "Stop apache2.service on h1" }).click()
  await page.goto(home)
  await expect(page.getByText("httpd: the status check on h1 failed").first()).toBeVisible()
  await expect(page.getByRole("link", { name: "httpd on h1: started. Open it." })).toBeVisible()
})

test("a machine without power: its service waits for fencing and nothing starts it elsewhere; with power again it is found", async ({
  page,
}) => {
  const home = await login(page)
  await page.goto(`${home}/demo`)
  await page.getByRole("button", { name: "Cut the power of h3" }).click()
  await page.goto(home)
  await expect(page.getByRole("link", { name: /^mail on h3: blocked/ })).toBeVisible({ timeout: 60_000 })
  await expect(page.getByRole("list", { name: "Needs you" }).getByText("h3 is lost")).toBeVisible()
  await looksRight(page)
  await page.goto(`${home}/demo`)
  await page.getByRole("button", { name: "Power h3 on" }).click()
  await page.goto(home)
  await expect(page.getByRole("link", { name: "mail on h3: started. Open it." })).toBeVisible({ timeout: 60_000 })
})

test("two people, one screen each: what one does the other sees", async ({ page, browser }) => {
  await login(page)
  const other = await (await browser.newContext()).newPage()
  await login(other)
  await expect(other.getByText("Live", { exact: true })).toBeVisible()
  await page.getByRole("button", { name: /^Relocate named to h1/ }).click()
  await page.getByRole("button", { name: "Relocate to h1" }).click()
  await expect(other.getByRole("link", { name: "named on h1: started. Open it." })).toBeVisible()
})

test("a wrong password is told, and what was typed stays", async ({ page }) => {
  await page.goto("/login")
  await page.getByLabel("User").fill("admin")
  await page.getByLabel("Password").fill("wrong")
  await page.getByRole("button", { name: "Log in" }).click()
  await expect(page.getByRole("alert").getByText("User or password is wrong.")).toBeVisible()
  await expect(page.getByLabel("User")).toHaveValue("admin")
})
test("a page that stays open goes on telling when things were seen: what is well is not called unknown", async ({ page }) => {
  const home = await login(page)
  await page.goto(`${home}/nodes/h3`)
  const age = page.getByRole("row", { name: /^ocf\.monitor:mail-daemon/ }).locator("time")
  const ageMs = async () => Number(/\d+/.exec((await age.textContent()) ?? "")?.[0])
  // It grows, and falls again when the node has said the same once more.
  await expect.poll(ageMs, { timeout: 60_000, intervals: [500] }).toBeGreaterThanOrEqual(8)
  await expect.poll(ageMs, { timeout: 60_000, intervals: [500] }).toBeLessThan(8)
  await expect(page.getByRole("row", { name: /^ocf\.monitor:mail-daemon/ })).not.toContainText("unknown")
})
