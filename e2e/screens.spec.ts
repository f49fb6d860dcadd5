import { mkdirSync } from "node:fs"
import { expect, test } from "@playwright/test"
import { login, looksRight } from "./browser"

/** Every screen, wide and 390 px, light and dark, English and Japanese. Set MOYAI_SHOTS to a folder to keep the pictures. */
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

for (const locale of ["en", "ja"])
  for (const theme of ["light", "dark"])
    for (const width of [1280, 390])
      test(`${locale}, ${theme}, ${width} px`, async ({ browser, baseURL }) => {
        test.setTimeout(240_000)
        const context = await browser.newContext({ viewport: { width, height: 844 }, baseURL: baseURL ?? "" })
        await context.addCookies(
          ["locale", "theme"].map((name) => ({ name, value: name === "locale" ? locale : theme, url: baseURL ?? "" })),
        )
        const page = await context.newPage()
        const faults: string[] = []
        page.on("pageerror", (error) => faults.push(error.message))
        page.on("console", (message) => {
          if (message.type() === "error") faults.push(message.text())
        })
        const home = await login(page)
        for (const path of [...pages.map((p) => home + p), ...others]) {
          await page.goto(path)
          await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible()
          await expect(page.locator("html")).toHaveAttribute("lang", locale)
          await test.step(path, () => looksRight(page))
          if (shots)
            await page.screenshot({
              path: `${shots}/${locale}-${theme}-${width}${path.replace(home, "/c").replaceAll("/", "_")}.png`,
              fullPage: true,
            })
        }
        expect(faults).toEqual([])
        await context.close()
      })
