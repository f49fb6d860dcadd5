import { type BrowserContext, expect, type Locator, type Page, test } from "@playwright/test"
import { looksRight, login as open } from "./browser"

/** Before the page is awake nobody listens to keys and pointers. */
async function login(page: Page): Promise<string> {
  const home = await open(page)
  await page.getByText(/^(Live|接続中)$/).waitFor()
  return home
}
const centre = async (of: Locator) => {
  const box = await of.boundingBox()
  return { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 }
}
const owner = (page: Page) => page.getByRole("link", { name: /^mail on h\d: started/ }).filter({ visible: true })
const target = (page: Page) =>
  page
    .getByRole("button", { name: /^Relocate mail to / })
    .filter({ visible: true })
    .first()
const nodeOf = async (of: Locator) => /to (h\d)/.exec((await of.getAttribute("aria-label")) ?? "")?.[1] ?? ""
async function carry(page: Page, to: Locator) {
  const [from, end] = [await centre(owner(page)), await centre(to)]
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(end.x, end.y, { steps: 6 })
}
async function maintain(page: Page, home: string, node: string, press: string, confirm: RegExp) {
  await page.goto(`${home}/nodes/${node}`)
  await page.getByRole("button", { name: press }).click()
  const dialog = page.getByRole("dialog")
  await dialog.getByRole("button", { name: confirm }).click()
  await expect(dialog.getByRole("status").getByText("succeeded")).toBeVisible()
}

test("a place that cannot take what is carried says why, and nothing is dropped there; Escape and Enter do as ever", async ({ page }) => {
  const home = await login(page)
  const node = await nodeOf(target(page))
  await maintain(page, home, node, "Maintenance", /take h\d out$/)
  await page.goto(home)
  await page.getByText("Live", { exact: true }).waitFor()
  const reason = page.locator(`[data-place^='["mail","${node}"']`).filter({ visible: true })
  await carry(page, reason)
  await expect(page.getByRole("status").filter({ hasText: `mail cannot go to ${node}: it is in maintenance` })).toBeVisible()
  await expect(reason.getByText("it is in maintenance", { exact: true })).toBeVisible()
  await page.mouse.up()
  await expect(page.getByText("mail stays where it is")).toBeAttached()
  await expect(page.getByRole("dialog")).toHaveCount(0)
  await carry(page, target(page))
  await page.keyboard.press("Escape")
  await page.mouse.up()
  await expect(page.getByRole("dialog")).toHaveCount(0)
  await owner(page).focus()
  await page.keyboard.press("Enter")
  await page.waitForURL(/\/services\/mail$/)
  await maintain(page, home, node, "Bring back", /back$/)
})

async function finger(context: BrowserContext, page: Page) {
  const session = await context.newCDPSession(page)
  const send = (type: "touchStart" | "touchMove" | "touchEnd", points: readonly { x: number; y: number }[]) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints: [...points] })
  return {
    down: (at: { x: number; y: number }) => send("touchStart", [at]),
    move: (at: { x: number; y: number }) => send("touchMove", [at]),
    up: () => send("touchEnd", []),
  }
}
for (const width of [1280, 390])
  test(`by touch at ${width} px: a finger that rests carries, one that moves at once scrolls`, async ({ browser, baseURL }) => {
    const context = await browser.newContext({ hasTouch: true, viewport: { width, height: 844 }, baseURL: baseURL ?? "" })
    const page = await context.newPage()
    await login(page)
    const to = target(page)
    await to.scrollIntoViewIfNeeded()
    const node = await nodeOf(to)
    const touch = await finger(context, page)
    const from = await centre(owner(page))
    await touch.down(from)
    await touch.move({ x: from.x, y: from.y - 30 })
    await touch.move({ x: from.x, y: from.y - 60 })
    await touch.up()
    await expect(page.getByText("mail: to which node?")).toHaveCount(0)
    await to.scrollIntoViewIfNeeded()
    const [again, there] = [await centre(owner(page)), await centre(to)]
    await touch.down(again)
    await expect(page.getByText("mail: to which node?")).toBeVisible()
    await touch.move({ x: (again.x + there.x) / 2, y: (again.y + there.y) / 2 })
    await touch.move(there)
    await expect(page.getByText(`mail to ${node}: drop it here`)).toBeVisible()
    await touch.up()
    await expect(page.getByRole("dialog", { name: "Relocate mail" }).getByRole("button", { name: `Relocate to ${node}` })).toBeVisible()
    await context.close()
  })

test("what is typed is found in either language, whichever is shown", async ({ page, context, baseURL }) => {
  await context.addCookies([{ name: "locale", value: "ja", url: baseURL ?? "" }])
  await login(page)
  for (const typed of ["relocate httpd to h", "httpdをh", "ｈｔｔｐｄ 移動"]) {
    await page.keyboard.press("Control+k")
    await page.getByRole("combobox").fill(typed)
    await expect(page.getByRole("option").first()).toHaveText(/httpd/)
    if (typed === "httpdをh") await looksRight(page)
    await page.keyboard.press("Escape")
  }
  await page.keyboard.press("Control+k")
  await page.getByRole("combobox").fill("timeline")
  await page.keyboard.press("Enter")
  await page.waitForURL(/\/timeline/)
})
test("light or dark is the system's until somebody says otherwise", async ({ page }) => {
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  await page.emulateMedia({ colorScheme: "light" })
  await login(page)
  const light = await background()
  await page.emulateMedia({ colorScheme: "dark" })
  const dark = await background()
  expect(dark).not.toBe(light)
  await page.getByRole("button", { name: /^Light or dark: as the system/ }).click()
  expect(await background()).toBe(light)
  await page.reload()
  expect(await background()).toBe(light)
  await page.getByRole("button", { name: /^Light or dark: light/ }).click()
  await page.emulateMedia({ colorScheme: "light" })
  expect(await background()).toBe(dark)
})
test("where one is stands in the header, and whether there is a majority beside the cluster", async ({ page }) => {
  const home = await login(page)
  await expect(page.getByRole("navigation", { name: "Menu" }).getByText("quorate")).toBeVisible()
  await page.goto(`${home}/nodes/h1`)
  const crumbs = page.getByRole("navigation", { name: "Where you are" })
  await expect(crumbs.getByText("h1")).toHaveAttribute("aria-current", "page")
  await crumbs.getByRole("link", { name: "Nodes" }).click()
  await page.waitForURL(/\/nodes$/)
})
test("a panel that does not answer is told in the form, with what to do; what was typed stays", async ({ page }) => {
  await page.goto("/login")
  await page.getByLabel("User").fill("admin")
  await page.getByLabel("Password").fill("anything at all")
  await page.context().setOffline(true)
  await page.getByRole("button", { name: "Log in" }).click()
  await expect(page.getByRole("alert").getByText(/^Moyai does not answer: nobody knows/)).toBeVisible()
  await expect(page.getByLabel("User")).toHaveValue("admin")
})
test("a form that is sent before the page is awake puts no password into the address", async ({ browser, baseURL }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: baseURL ?? "" })
  const page = await context.newPage()
  await page.goto("/login")
  await page.getByLabel("User").fill("admin")
  await page.getByLabel("Password").fill("my secret words")
  await page.getByRole("button", { name: "Log in" }).click()
  await page.waitForLoadState()
  expect(page.url()).not.toContain("secret")
  await context.close()
})
