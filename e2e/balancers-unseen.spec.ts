import { expect, test } from "@playwright/test"
import { inEveryLook, login } from "./browser"

/** The demo's pair of directors, h0 and h4, while somebody cuts their power: what is not seen is not said. */
test.describe.configure({ mode: "serial" })

test("what is wrong with a pair stands on the overview and leads to the doctor, until it is well again", async ({ page }) => {
  const home = await login(page)
  await page.goto(`${home}/demo`)
  await page.getByRole("button", { name: "Cut the power of h4" }).click()
  await page.goto(home)
  const told = page.getByRole("listitem").filter({ hasText: /web: (whether h4 would take over is not known|引き継げるか不明: h4)/ })
  await inEveryLook(page, "overview-balancer", async () => {
    await page.reload()
    await expect(told).toBeVisible({ timeout: 60_000 })
  })
  await page.reload()
  await told.getByRole("link", { name: "Look" }).click()
  await page.waitForURL(/\/balancers\/web\/doctor$/)
  await page.goto(`${home}/demo`)
  await page.getByRole("button", { name: "Power h4 on" }).click()
  await page.goto(home)
  await expect(told).toHaveCount(0, { timeout: 60_000 })
})
test("while neither director is seen nothing is said of who serves, and all of it when they are back", async ({ page }) => {
  test.slow()
  const home = await login(page)
  const power = async (button: RegExp) => {
    await page.goto(`${home}/demo`)
    for (const node of ["h0", "h4"]) await page.getByRole("button", { name: button }).filter({ hasText: node }).click()
  }
  await power(/^Cut the power of h[04]$/)
  const unknown = page.getByRole("main").getByText(/^(\? of 3 serving|3 台中、稼働数は不明)$/)
  for (const [name, path, seen] of [
    ["unknown-overview", "", page.getByText(/web: (which director serves is not known: no answer from h0, h4|稼働系が不明: h0, h4)/)],
    ["unknown-list", "/balancers", unknown],
    ["unknown-editor", "/balancers/web", unknown],
  ] as const) {
    await page.goto(`${home}${path}`)
    await inEveryLook(page, name, async () => {
      await page.reload()
      await expect(seen).toBeVisible({ timeout: 90_000 })
    })
  }
  await page.reload()
  const flow = page.getByRole("table", { name: "Flow of connections" })
  await expect(flow.getByRole("cell", { name: "?/s" })).toHaveCount(3)
  await power(/^Power h[04] on$/)
  await page.goto(`${home}/balancers`)
  await expect(page.getByText("3 of 3 serving")).toBeVisible({ timeout: 90_000 })
})
