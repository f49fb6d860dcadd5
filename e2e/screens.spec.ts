import { mkdirSync } from "node:fs"
import { expect, test } from "@playwright/test"
import { login, looks, looksRight } from "./browser"

/** Every screen, wide and 390 px, light and dark, English and Japanese. Set MOYAI_SHOTS to a folder to keep the pictures, of each with each. */
const shots = process.env.MOYAI_SHOTS
if (shots) mkdirSync(shots, { recursive: true })
const pages = [
  "",
  "/services",
  "/services/httpd",
  "/services/new",
  "/services/httpd/edit",
  "/nodes",
  "/nodes/h1",
  "/nodes/add",
  "/fencing",
  "/fencing/devices/new",
  "/fencing/devices/pdu-1",
  "/fencing/nodes/h1",
  "/domains",
  "/domains/new",
  "/domains/prefer-h1",
  "/resources",
  "/resources/new",
  "/import",
  "/activity",
  "/timeline",
  "/alerts",
  "/demo",
]
const others = ["/settings", "/settings/audit", "/settings/tokens", "/api/docs", "/clusters/new"]

const widths = [1280, 390]

for (const [locale, theme] of looks)
  test(`${locale}, ${theme}, ${widths.join(" and ")} px`, async ({ browser, baseURL }) => {
    const context = await browser.newContext({ baseURL: baseURL ?? "" })
    await context.addCookies(["locale", "theme"].map((name) => ({ name, value: name === "locale" ? locale : theme, url: baseURL ?? "" })))
    const page = await context.newPage()
    const faults: string[] = []
    page.on("pageerror", (error) => faults.push(error.message))
    page.on("console", (message) => {
      if (message.type() === "error") faults.push(message.text())
    })
    const home = await login(page)
    for (const [i, path] of [...pages.map((p) => home + p), ...others].entries()) {
      // Half of the pages are narrow from their first moment, the others become so; in the other theme it is the other half.
      const [first = 0, ...rest] = (i % 2 === 0) === (theme === "light") ? widths : widths.toReversed()
      await page.setViewportSize({ width: first, height: 844 })
      await page.goto(path)
      await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible()
      await expect(page.locator("html")).toHaveAttribute("lang", locale)
      for (const width of [first, ...rest]) {
        await page.setViewportSize({ width, height: 844 })
        await test.step(`${path} at ${width} px`, () => looksRight(page))
        if (shots)
          await page.screenshot({
            path: `${shots}/${locale}-${theme}-${width}${path.replace(home, "/c").replaceAll("/", "_")}.png`,
            fullPage: true,
          })
      }
    }
    expect(faults).toEqual([])
    await context.close()
  })
