import { expect, type Page, test } from "@playwright/test"
import { bring, enter, inEveryLook, login, looksRight, PASSWORD } from "./browser"

test.describe.configure({ mode: "serial" })

const trouble = async (page: Page, home: string, press: string) => {
  await page.goto(`${home}/demo`)
  await page.getByRole("button", { name: press }).click()
}
const handButton = /^(I have switched it off myself…|手動で電源を切った…)$/
const bigSentence = (page: Page, words: string | RegExp) => page.getByRole("main").getByRole("status").getByText(words)

test("power of a node with a fence device: the evidence is shown, it is fenced by itself, its service recovers, it comes back and joins", async ({
  page,
}) => {
  const home = await login(page)
  await bring(page, "httpd", "h1")
  const history = page.getByRole("region", { name: "History" }).locator("ol > li")
  await page.goto(`${home}/fencing`)
  await expect(page.getByRole("region", { name: "History" })).toBeVisible()
  const before = await history.count()
  await trouble(page, home, "Cut the power of h1")
  await page.goto(`${home}/fencing`)
  await expect(history).toHaveCount(before + 1, { timeout: 60_000 })
  await expect(history.first()).toContainText(/h1.*Power cycle.*succeeded.*by itself/, { timeout: 60_000 })
  await history.first().getByText("What was known then").click()
  await expect(history.first()).toContainText(/h2, a member:silent.*no ping, no ARP answer/)
  await page.goto(home)
  await expect(page.getByRole("link", { name: /^httpd on h2: started/ })).toBeVisible({ timeout: 60_000 })
  // Its fence device has switched it on again: nobody lifts a finger.
  await page.goto(`${home}/nodes/h1`)
  await expect(page.getByRole("heading", { level: 1, name: "h1 online" })).toBeVisible({ timeout: 60_000 })
  await expect(page.getByRole("region", { name: "Evidence" })).toHaveCount(0)
})

test("a node without a fence device: everything is held until a person confirms, and only what was typed rightly is believed", async ({
  page,
}) => {
  const home = await login(page)
  await bring(page, "mail", "h3")
  await expect(page.getByRole("list", { name: "Needs you" }).getByText("Nothing can switch off h3 from here")).toBeVisible()
  await trouble(page, home, "Cut the power of h3")
  await page.goto(home)
  await expect(page.getByRole("link", { name: /^mail on h3: blocked/ })).toBeVisible({ timeout: 60_000 })
  await page.getByRole("listitem").filter({ hasText: "h3 is lost: nobody sees it" }).getByRole("link", { name: "Look" }).click()
  await expect(bigSentence(page, "h3 is lost: nobody sees it")).toBeVisible()
  await expect(page.getByText("h3 has no fence device: nothing can switch it off from here.")).toBeVisible()
  await expect(page.getByRole("button", { name: /^Power (off|cycle)$/ })).toHaveCount(0)
  await inEveryLook(page, "lost", async () => {
    await page.reload()
    await expect(page.getByRole("button", { name: handButton })).toBeVisible()
  })
  await inEveryLook(page, "confirm", async () => {
    await page.reload()
    await page.getByRole("button", { name: handButton }).click()
    await expect(page.getByRole("dialog")).toContainText(/h3 → h[12]/)
  })
  // As an alert's link leads there.
  await page.goto(`${home}/nodes/h3?open=confirm`)
  const dialog = page.getByRole("dialog", { name: "Confirm that h3 is down" })
  const submit = dialog.getByRole("button", { name: "Confirm and recover 1 service" })
  await expect(dialog.getByText(/h3 → h[12]/)).toBeVisible()
  await looksRight(page)

  await test.step("refused: the wrong name, nothing ticked, nothing seen; each at its field, and nothing typed is lost", async () => {
    await dialog.getByLabel("Type h3 to confirm").fill("h1")
    await submit.click()
    await expect(dialog.getByText("Type the name of the node, h3, exactly.")).toBeVisible()
    await expect(dialog.getByText("Tick that you have seen it yourself.")).toBeVisible()
    await expect(dialog.getByText("Say what you saw: the power light, the cable, the switch.")).toBeVisible()
    await expect(dialog.getByLabel("Type h3 to confirm")).toHaveValue("h1")
    await looksRight(page)
  })
  await test.step("refused: the wrong password", async () => {
    await dialog.getByLabel("Type h3 to confirm").fill("h3")
    await dialog.getByLabel("I have seen that h3 is powered off").check()
    await dialog.getByLabel("What did you see?").fill("power light off, cable pulled")
    await dialog.getByLabel("Your password again").fill("not this one")
    await submit.click()
    await expect(dialog.getByText("This is not your password.")).toBeVisible()
    await expect(dialog.getByLabel("What did you see?")).toHaveValue("power light off, cable pulled")
  })
  await test.step("Enter in the last field confirms, and the service is recovered", async () => {
    await dialog.getByLabel("Your password again").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(dialog).toHaveCount(0)
    await expect(bigSentence(page, "h3 is off: a person confirmed it")).toBeVisible()
    await expect(page.getByText("Confirmed by hand: done, admin")).toBeVisible()
    await page.goto(home)
    await expect(page.getByRole("link", { name: /^mail on h[12]: started/ })).toBeVisible({ timeout: 60_000 })
  })
  await test.step("it comes back, is looked at, and joins", async () => {
    await trouble(page, home, "Power h3 on")
    await page.goto(`${home}/nodes/h3`)
    await expect(page.getByRole("heading", { level: 1, name: "h3 online" })).toBeVisible({ timeout: 60_000 })
  })
})

test("a node that answers is switched by its device: the consequences first, then the name and the password again", async ({ page }) => {
  const home = await login(page)
  await page.goto(`${home}/nodes/h3`)
  await expect(page.getByRole("button", { name: "Maintenance" })).toBeVisible()
  await expect(page.getByRole("button", { name: "Power off" })).toHaveCount(0)
  await page.goto(`${home}/nodes/h2`)
  await inEveryLook(page, "power", async () => {
    await page.reload()
    await page.getByRole("button", { name: /^(Power off|電源断)$/ }).click()
    await expect(page.getByRole("dialog")).toContainText("h2")
  })
  await page.reload()
  await page.getByRole("button", { name: "Power off" }).click()
  const dialog = page.getByRole("dialog", { name: "Power off h2" })
  await expect(dialog.getByText("h2 answers: its services are cut off, not stopped. Maintenance would move them first.")).toBeVisible()
  await looksRight(page)
  await dialog.getByLabel("Type h2 to confirm").fill("h3")
  await dialog.getByLabel("Your password again").fill(PASSWORD)
  await dialog.getByRole("button", { name: "Power off h2" }).click()
  await expect(dialog.getByText("Type the name of the node, h2, exactly.")).toBeVisible()
  await dialog.getByLabel("Type h2 to confirm").fill("h2")
  await dialog.getByLabel("Your password again").press("Enter")
  await expect(dialog.getByRole("status").getByText("succeeded")).toBeVisible({ timeout: 60_000 })
  await page.keyboard.press("Escape")
  await expect(bigSentence(page, "h2 was fenced and is off")).toBeVisible({ timeout: 60_000 })
  await page.getByRole("button", { name: "Power on" }).click()
  const on = page.getByRole("dialog", { name: "Power on h2" })
  await on.getByLabel("Type h2 to confirm").fill("h2")
  await on.getByLabel("Your password again").fill(PASSWORD)
  await page.keyboard.press("Enter")
  await expect(on.getByRole("status").getByText("succeeded")).toBeVisible({ timeout: 60_000 })
  await page.keyboard.press("Escape")
  await expect(page.getByRole("heading", { level: 1, name: "h2 online" })).toBeVisible({ timeout: 60_000 })
})

test("the panel that reaches nobody says so once, and does nothing", async ({ page }) => {
  const home = await login(page)
  // h3 first, which nothing can switch off: with it the majority goes, and the others are fenced by nobody however slowly it is clicked.
  await page.goto(`${home}/demo`)
  for (const node of ["h3", "h1", "h2"]) await page.getByRole("button", { name: `Unplug ${node}` }).click()
  await page.goto(home)
  const needs = page.getByRole("list", { name: "Needs you" })
  await expect(needs.getByText(/^The panel reaches no node/)).toHaveCount(1, { timeout: 60_000 })
  await needs.getByRole("listitem").filter({ hasText: "The panel reaches no node" }).getByRole("link", { name: "Look" }).click()
  await expect(bigSentence(page, /^The panel reaches no node/)).toBeVisible()
  await expect(page.getByText("Nothing is fenced and nothing is moved. Look at the panel's own machine and network.")).toBeVisible()
  for (const node of ["h1", "h2", "h3"]) await trouble(page, home, `Plug ${node} in`)
  await page.goto(`${home}/nodes/h1`)
  await expect(page.getByRole("heading", { level: 1, name: "h1 online" })).toBeVisible({ timeout: 60_000 })
})

test("a link from a mail leads through the login to its page, and to no other site", async ({ page, baseURL }) => {
  const home = await login(page)
  await page.context().clearCookies()
  await page.goto(`${home}/nodes/h3?open=confirm`)
  await page.waitForURL(/\/login\?to=/)
  await enter(page)
  await page.waitForURL(`${baseURL}${home}/nodes/h3?open=confirm`)
  // Whoever is logged in and comes from another site is not asked again, though the cookie is sent to nobody who comes from there.
  const mail = `<a href="${baseURL}${home}/nodes/h3">h3 is lost</a>`
  await page.goto(`data:text/html,${encodeURIComponent(mail)}`)
  await page.getByRole("link", { name: "h3 is lost" }).click()
  await expect(page.getByRole("heading", { level: 1, name: /^h3/ })).toBeVisible()
  await page.context().clearCookies()
  await page.goto(`/login?to=${encodeURIComponent("//example.com/c/x")}`)
  await enter(page)
  await page.waitForURL(`${baseURL}${home}`)
})
