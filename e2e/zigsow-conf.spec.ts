import { readFileSync } from "node:fs"
import { expect, type Page, test } from "@playwright/test"
import { inEveryLook, login, looksRight } from "./browser"

// Its name makes it the last one: what it imports stays in the cluster of them all.
test.describe.configure({ mode: "serial" })
const web = readFileSync("lib/verbs/conf/web.conf", "utf8")
const open = async (page: Page) => {
  const home = await login(page)
  await page.goto(`${home}/services`)
  await page.getByRole("link", { name: "Import, export" }).click()
  await page.waitForURL(/\/import$/)
  await page.getByText("Live", { exact: true }).waitFor()
  return home
}
const text = (page: Page) => page.getByLabel(/^(Text of cluster\.conf|cluster\.conf の内容)$/)
const look = async (page: Page, content: string) => {
  await text(page).fill(content)
  await page.getByRole("button", { name: /^(Look at it|内容の確認)$/ }).click()
}

test("a file that cannot be read says the line under its field", async ({ page }) => {
  await open(page)
  await look(page, "<cluster>\n<rm>\n</cluster>")
  await expect(page.getByText(/^Line 3: /)).toBeVisible()
  await looksRight(page)
})
test("a file is shown line by line and definition by definition, in every look", async ({ page }) => {
  test.setTimeout(240_000)
  await open(page)
  await page.getByLabel("File", { exact: true }).setInputFiles({ name: "cluster.conf", mimeType: "text/xml", buffer: Buffer.from(web) })
  await expect(text(page)).toHaveValue(web)
  await page.getByRole("button", { name: "Look at it" }).click()
  const table = page.getByRole("region", { name: "Every line, read" })
  await expect(table.getByText("cluster/rm/service/@exotic")).toBeVisible()
  await expect(table.getByRole("row")).toHaveCount(2)
  await page.getByLabel("Show").selectOption("verbatim")
  await expect(table.getByText("cluster/totem/@token")).toBeVisible()
  await inEveryLook(page, "clusterconf", async () => {
    await page.reload()
    await look(page, web)
    await expect(page.getByText("cluster/rm/service/@exotic")).toBeVisible()
  })
})
test("each conflict is decided, something new is left out, and the summary leads to what was taken", async ({ page }) => {
  await open(page)
  await look(page, web)
  const submit = page.getByRole("button", { name: /^Import: / })
  await expect(submit).toHaveAttribute("aria-disabled", "true")
  await expect(page.getByText("Decide 3 conflicts first", { exact: true })).toBeVisible()
  const conflict = page.getByRole("group", { name: /fence_daemon/ })
  await expect(conflict.getByRole("radio", { checked: true })).toHaveCount(0)
  await expect(conflict.getByRole("row", { name: /postJoinDelayMs/ })).toContainText("30000")
  // By keyboard alone.
  await conflict.getByRole("radio", { name: "The panel counts" }).focus()
  await page.keyboard.press("Space")
  await page.keyboard.press("ArrowDown")
  await expect(conflict.getByRole("radio", { name: "The file counts" })).toBeChecked()
  await page.getByRole("group", { name: /^h1 / }).getByRole("radio", { name: "The panel counts" }).check()
  await expect(page.getByText("Decide 1 conflict first", { exact: true })).toBeVisible()
  await page.getByRole("group", { name: /^h2 / }).getByRole("radio", { name: "The file counts" }).check()
  const reports = page.getByRole("checkbox", { name: /^reports/ })
  await reports.focus()
  await page.keyboard.press("Space")
  await expect(submit).toHaveText("Import: 6 new, 2 changed, 2 left out")
  await submit.focus()
  await page.keyboard.press("Enter")
  await expect(page.getByRole("status").getByText("8 taken from the file · 2 left as the panel has them")).toBeVisible()
  await expect(page.getByText("1 new service is disabled until somebody enables it.", { exact: false })).toBeVisible()
  await looksRight(page)
  await page.getByRole("link", { name: "wiki", exact: true }).last().click()
  await page.waitForURL(/\/services\/wiki$/)
  await expect(page.getByText("it came with a cluster.conf: enable it when it is to run here").first()).toBeVisible()
})
test("an export is downloaded and copied, without passwords unless they are asked for, and an import of it changes nothing", async ({
  page,
}) => {
  await open(page)
  await page.getByRole("button", { name: "Make the file" }).click()
  await expect(page.getByText("config_version 42", { exact: true })).toBeVisible()
  const downloading = page.waitForEvent("download")
  await page.getByRole("link", { name: "Download" }).click()
  const download = await downloading
  expect(download.suggestedFilename()).toBe("cluster.conf")
  const exported = readFileSync(await download.path(), "utf8")
  expect(exported).toContain('config_version="42"')
  expect(exported).not.toContain("canary")
  await looksRight(page)
  await look(page, exported)
  await expect(page.getByText("Nothing: the panel has all of it as it is.")).toBeVisible()
  await page.getByRole("button", { name: "Keep this file as the base of the next export" }).click()
  await expect(page.getByRole("status").getByText("Nothing had to change")).toBeVisible()
  await page.getByRole("checkbox", { name: /With passwords/ }).check()
  await page.getByRole("button", { name: "Make the file" }).click()
  await expect(page.getByText('passwd="canary-pdu"')).toBeVisible()
  await inEveryLook(page, "clusterconf-export", async () => {
    await page.reload()
    await page.getByRole("button", { name: /^(Make the file|ファイルの作成)$/ }).click()
    await expect(page.getByText("config_version 43", { exact: true })).toBeVisible()
  })
})
