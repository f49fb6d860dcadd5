import { expect, type Page, test } from "@playwright/test"
import { enter, inEveryLook, login, looksRight, PASSWORD } from "./browser"

/** Document 003's virtual server on the demo's pair of directors, h0 and h4. */
test.describe.configure({ mode: "serial" })

const open = async (page: Page, path = "") => {
  const home = await login(page)
  await page.goto(`${home}/balancers${path}`)
  return home
}
const heading = (page: Page, name: RegExp) => page.getByRole("heading", { level: 1, name })
/** The dialog's plan is confirmed, carried out, and closed. */
async function confirmed(page: Page, button: string | RegExp) {
  const dialog = page.getByRole("dialog")
  await dialog.getByRole("button", { name: button }).click()
  await expect(dialog.getByRole("status")).toHaveText("succeeded", { timeout: 60_000 })
  await dialog.getByRole("button", { name: "Close" }).last().click()
  await expect(dialog).toHaveCount(0)
}

test("the list says who serves, and leads to the editor with its live picture", async ({ page }) => {
  await open(page)
  await expect(page.getByText("3 of 3 serving")).toBeVisible()
  await page.getByRole("link", { name: "web", exact: true }).first().click()
  await expect(heading(page, /^web/)).toBeVisible()
  await expect(page.getByText("h0: active")).toBeVisible()
  await expect(page.getByText("h4: standby")).toBeVisible()
  await expect(page.getByRole("row", { name: /192\.168\.10\.231:80.*serving/ }).first()).toBeVisible()
})
test("a wrong word is told at its field, and a right one is planned on both directors before it is applied", async ({ page }) => {
  await open(page, "/web")
  const persistence = page.getByLabel("Persistence, seconds")
  await persistence.fill("30m")
  await expect(page.getByText(/^Give whole seconds, 1 to 2678400/)).toBeVisible()
  await expect(page.getByRole("button", { name: /^Apply/ })).toBeDisabled()
  await persistence.fill("300")
  const plan = page.getByRole("region", { name: "Plan" })
  await expect(plan.getByText(/persistence_timeout 300/).first()).toBeVisible()
  await expect(plan.getByText("No connection is cut.")).toBeVisible()
  await looksRight(page)
  await page.getByRole("button", { name: "Apply 1 change" }).click()
  await confirmed(page, /^Apply/)
  await expect(page.getByRole("button", { name: /^Apply/ })).toBeDisabled()
  await expect(persistence).toHaveValue("300")
})
test("a draft outlives a reload, leaving asks, and what is discarded is gone", async ({ page }) => {
  await open(page, "/web")
  await page.getByLabel("Scheduler").selectOption("rr")
  await expect(page.getByRole("button", { name: "Apply 1 change" })).toBeVisible()
  await page.reload()
  await expect(page.getByLabel("Scheduler")).toHaveValue("rr")
  await page.getByRole("link", { name: "Services" }).click()
  await expect(page.getByRole("dialog")).toBeVisible()
  await page.getByRole("dialog").getByRole("button", { name: "Discard and leave" }).click()
  await page.waitForURL(/\/services$/)
  await page.goBack()
  await expect(page.getByLabel("Scheduler")).toHaveValue("wrr")
})
test("direct routing cannot change the port, and the form says so", async ({ page }) => {
  await open(page, "/web")
  await page.getByRole("button", { name: /^(Details|Edit).*192\.168\.10\.231:80/ }).click()
  await page.getByLabel(/^Port/).last().fill("8080")
  await expect(
    page
      .getByText(/kernel|direct routing|port/i)
      .filter({ hasText: "8080" })
      .first(),
  ).toBeVisible()
  await page.getByRole("button", { name: "Discard" }).click()
})
test("a real server is drained by one click and one confirm, and put back", async ({ page }) => {
  await open(page, "/web")
  await page.getByRole("button", { name: "Drain 192.168.10.233:80" }).click()
  await expect(page.getByRole("dialog").getByText(/192\.168\.10\.233:80 gets no new connections/)).toBeVisible()
  await confirmed(page, "Drain")
  await expect(page.getByText(/^drain(ing, \d+ left|ed)$/).first()).toBeVisible()
  await page.getByRole("button", { name: "Put 192.168.10.233:80 back" }).click()
  await confirmed(page, "Put back")
  await expect(page.getByText("3 serving", { exact: true })).toBeVisible()
})
test("the addresses are handed over to the standby, and every version is on record and can come back", async ({ page }) => {
  const home = await open(page, "/web/directors")
  await page.getByRole("button", { name: "Hand over to h4" }).click()
  await confirmed(page, "Hand over to h4")
  await expect(page.getByText("h4: active")).toBeVisible()
  await expect(page.getByText("h0: standby")).toBeVisible()
  await page.goto(`${home}/balancers/web/history`)
  await expect(page.getByText(/^Version 4/)).toBeVisible()
  await page.getByRole("button", { name: "Go back to version 1", exact: true }).click()
  await confirmed(page, "Go back to this one")
  await expect(page.getByText(/^Version 5/)).toBeVisible()
  await page.goto(`${home}/balancers/web`)
  await expect(page.getByLabel("Persistence, seconds")).toHaveValue("")
})
test("a machine is taken out of everything that it serves from its own page, and put back", async ({ page }) => {
  const home = await login(page)
  await page.goto(`${home}/nodes/h2`)
  const here = page.getByRole("region", { name: "As a real server" })
  await expect(here.getByText("serving")).toBeVisible()
  await here.getByRole("button", { name: "Drain" }).click()
  await confirmed(page, "Drain")
  await expect(here.getByText(/^drain(ing, \d+ left|ed)$/)).toBeVisible()
  await here.getByRole("button", { name: "Put back" }).click()
  await confirmed(page, "Put back")
  await expect(here.getByText("serving")).toBeVisible()
})
test("the doctor looks at everything and finds nothing", async ({ page }) => {
  await open(page, "/web/doctor")
  await expect(page.getByText("One machine answers ARP", { exact: true })).toBeVisible({ timeout: 60_000 })
  await expect(page.getByRole("heading", { name: "look at this" })).toHaveCount(0)
})
test("a check is tried from a director, and requests say who answered", async ({ page }) => {
  const home = await open(page, "/web")
  await page.getByRole("button", { name: /^(Details|Edit).*192\.168\.10\.231:80/ }).click()
  await page.getByRole("button", { name: /^Try/ }).first().click()
  await expect(page.getByText(/passes|passed/i).first()).toBeVisible({ timeout: 60_000 })
  await page.goto(`${home}/balancers/web/doctor`)
  const who = page.getByRole("form", { name: "Who answers" })
  await who.getByLabel("Requests").fill("6")
  await who.getByRole("button", { name: "Ask" }).click()
  await expect(who.getByText("6 requests from h1, 0 failed")).toBeVisible({ timeout: 60_000 })
  await expect(who.getByRole("row")).toHaveCount(4)
})
test("lvs.cf fills the wizard line by line, and a pair is made of it", async ({ page }) => {
  await open(page, "/new")
  await page.getByText("Fill it from a file: lvs.cf, keepalived.conf, ipvsadm -S").click()
  await page
    .getByRole("textbox", { name: /file|text|lvs\.cf/i })
    .first()
    .fill(LVS_CF)
  await page.getByRole("button", { name: /^(Read|Look)/ }).click()
  await expect(page.getByText(/understood/i).first()).toBeVisible()
  await looksRight(page)
})
test("a real server comes back in steps, which a person ends; every look of both dialogs", async ({ page }) => {
  test.slow()
  const home = await open(page, "/web")
  await page.getByRole("textbox", { name: "Weight of 192.168.10.233:80" }).fill("10")
  await page.getByRole("button", { name: "Apply 1 change" }).click()
  await confirmed(page, /^Apply/)
  await page.getByRole("button", { name: "Drain 192.168.10.233:80" }).click()
  await confirmed(page, "Drain")
  const back = page.getByRole("button", { name: /^(Put 192\.168\.10\.233:80 back|192\.168\.10\.233:80 を戻す)$/ })
  const dialog = page.getByRole("dialog")
  await inEveryLook(page, "slow-start-plan", async () => {
    await page.goto(`${home}/balancers/web`)
    await back.click()
    await dialog.getByLabel(/^(Slow start|スロースタート)$/).selectOption("300")
    await expect(dialog.getByText(/→ \d+/).first()).toBeVisible()
  })
  await page.goto(`${home}/balancers/web`)
  await back.click()
  await dialog.getByLabel("Slow start").selectOption("300")
  await dialog.getByRole("button", { name: "Put back" }).click()
  await expect(dialog.getByText("Slow start: the weight rises in steps.")).toBeVisible()
  await dialog.getByRole("link", { name: "Open the job" }).click()
  await page.waitForURL(/\/jobs\//)
  const job = page.url()
  await inEveryLook(page, "slow-start-job", async () => {
    await page.goto(job)
    await expect(page.getByRole("main").getByRole("button", { name: /^(Whole weight now|すぐ最終の重みにする)$/ })).toBeVisible()
  })
  await page.goto(`${home}/balancers/web`)
  await expect(
    page
      .getByRole("row", { name: /192\.168\.10\.233:80/ })
      .filter({ hasText: "weight 1 now" })
      .first(),
  ).toBeVisible()
  await page.goto(job)
  await page.getByRole("button", { name: "Whole weight now" }).click()
  await expect(page.getByRole("main").getByText("succeeded").first()).toBeVisible({ timeout: 60_000 })
})
test("an operator sets a weight, and cannot change anything else", async ({ page, browser }) => {
  const home = await open(page)
  await page.goto("/settings")
  const users = page.getByRole("form", { name: "New user" })
  await users.getByLabel("User name").fill("weigher")
  await users.getByLabel("Role").selectOption("operator")
  await users.getByLabel("Password to begin with").fill(PASSWORD)
  await users.getByRole("button", { name: "Add user" }).click()
  await expect(page.getByRole("button", { name: "Remove weigher" })).toBeVisible()
  const other = await (await browser.newContext({ locale: "en-US" })).newPage()
  await other.goto("/login")
  await enter(other, "weigher")
  await other.waitForURL(/\/c\//)
  await other.goto(`${home}/balancers/web`)
  const weigh = other.getByRole("button", { name: /^(Weight of 192\.168\.10\.232:80|192\.168\.10\.232:80 の重み)$/ })
  const dialog = other.getByRole("dialog")
  await inEveryLook(other, "weight", async () => {
    await other.reload()
    await weigh.click()
    await dialog.getByRole("textbox", { name: /^(Weight|重み)$/ }).fill("70000")
    await expect(dialog.getByText(/^0(〜| to )65535/).first()).toBeVisible()
  })
  await other.reload()
  await expect(other.getByLabel("Scheduler")).toBeDisabled()
  await weigh.click()
  await dialog.getByRole("textbox", { name: "Weight" }).fill("5")
  await dialog.getByRole("button", { name: "See what happens" }).click()
  await confirmed(other, "Set the weight")
  await expect(other.getByRole("textbox", { name: "Weight of 192.168.10.232:80" })).toHaveValue("5")
  await other.context().close()
})
test("every page looks right in both languages and themes, wide and narrow", async ({ page }) => {
  test.slow()
  const home = await open(page)
  for (const [name, path, seen] of [
    ["balancer", "/web", /h4/],
    ["balancer-directors", "/web/directors", /h4/],
    ["balancer-doctor", "/web/doctor", /ARP/],
    ["balancer-new", "/new", /lvs\.cf/],
  ] as const) {
    await page.goto(`${home}/balancers${path}`)
    await inEveryLook(page, name, async () => {
      await page.reload()
      await expect(page.getByRole("main").getByText(seen).first()).toBeVisible({ timeout: 60_000 })
    })
  }
})
test("the list, the history and the page to take one over look right too", async ({ page }) => {
  test.slow()
  const home = await open(page)
  for (const [name, path, seen] of [
    ["balancers", "", /web/],
    ["balancer-history", "/web/history", /7/],
    ["balancer-adopt", "/adopt", /h4/],
  ] as const) {
    await page.goto(`${home}/balancers${path}`)
    await inEveryLook(page, name, async () => {
      await page.reload()
      await expect(page.getByRole("main").getByText(seen).first()).toBeVisible({ timeout: 60_000 })
    })
  }
})

const LVS_CF = `serial_no = 7
primary = 192.168.10.230
service = lvs
backup_active = 1
backup = 192.168.10.234
heartbeat = 1
keepalive = 6
deadtime = 18
network = direct
virtual web2 {
     active = 1
     address = 192.168.10.250 eth0:1
     vip_nmask = 255.255.255.0
     port = 80
     send = "GET / HTTP/1.0\\r\\n\\r\\n"
     expect = "HTTP"
     load_monitor = none
     scheduler = rr
     protocol = tcp
     timeout = 6
     reentry = 15
     server h1 {
         address = 192.168.10.231
         active = 1
         weight = 1
     }
}
`
