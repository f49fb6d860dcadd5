import AxeBuilder from "@axe-core/playwright"
import { expect, type Page } from "@playwright/test"
import { en } from "@/lib/i18n/messages"

export const PASSWORD = "browser-tests-1"

/** Name and password into the login that is shown. */
export async function enter(page: Page, name = "admin", password = PASSWORD): Promise<void> {
  await page.getByLabel(/^User$|^ユーザ名$/).fill(name)
  await page.getByLabel(/^Password$|^パスワード$/).fill(password)
  await page.getByRole("button", { name: /^(Log in|ログイン)$/ }).click()
}
export async function login(page: Page): Promise<string> {
  await page.goto("/login")
  await enter(page)
  await page.waitForURL(/\/c\//)
  return new URL(page.url()).pathname
}
/** A word of the catalogue that was not found stands on the screen by its key. */
const KEYS = new RegExp(`\\b(${Object.keys(en).join("|")})\\.[a-z]\\w+`, "g")
const shots = process.env.MOYAI_SHOTS
/**
 * Language and theme: each with each for pictures, else each once, for nothing is wider by being dark, and no contrast is another in
 * another language.
 */
export const looks = [["en", "light"], ["ja", "dark"], ...(shots ? [["en", "dark"] as const, ["ja", "light"] as const] : [])] as const
/** In both languages and themes, wide and 390 px: looked at by `act`, kept as a picture if MOYAI_SHOTS names a folder. English and light afterwards. */
export async function inEveryLook(page: Page, name: string, act: () => Promise<void>): Promise<void> {
  const look = async (locale: string, theme: string, width: number) => {
    const { origin } = new URL(page.url())
    await page.context().addCookies([
      { name: "locale", value: locale, url: origin },
      { name: "theme", value: theme, url: origin },
    ])
    await page.setViewportSize({ width, height: 900 })
  }
  for (const [locale, theme] of looks)
    for (const width of [1280, 390]) {
      await look(locale, theme, width)
      await act()
      await looksRight(page)
      if (shots) await page.screenshot({ path: `${shots}/${name}-${locale}-${theme}-${width}.png`, fullPage: true })
    }
  await look("en", "light", 1280)
}
/** No serious finding, nothing wider than the window, no key of the catalogue in sight. */
export async function looksRight(page: Page): Promise<void> {
  // In the page itself: there are no frames, and another page for each result took as long as the look.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({ resultTypes: ["violations"] })
    .analyze()
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical")
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), "wider than the window").toBeLessThanOrEqual(
    0,
  )
  // What stands in the fixed-width font is quoted: names of verbs in the audit log look like keys and are none.
  const text = await page.evaluate(() => {
    const words: string[] = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      if (!node.parentElement?.closest(".font-mono, pre, script, style")) words.push(node.textContent ?? "")
    return words.join("\n")
  })
  expect(text.match(KEYS) ?? []).toEqual([])
}
/** On the overview: the service runs on that node, moved there if it must be. */
export async function bring(page: Page, service: string, node: string) {
  await expect(page.getByRole("link", { name: new RegExp(`^${service} on h\\d: started`) })).toBeVisible()
  const there = page.getByRole("link", { name: new RegExp(`^${service} on ${node}: started`) })
  if (await there.isVisible()) return
  await page.getByRole("button", { name: new RegExp(`^Relocate ${service} to ${node}`) }).click()
  await page.getByRole("button", { name: `Relocate to ${node}` }).click()
  await expect(page.getByRole("dialog").getByRole("status").getByText("succeeded")).toBeVisible()
  await page.keyboard.press("Escape")
  await expect(there).toBeVisible()
}
