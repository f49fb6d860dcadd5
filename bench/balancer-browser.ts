import { chromium, type Page } from "@playwright/test"
import { createPanel, whyNoBuild } from "../e2e/panel/panel"
import { freePort } from "../lib/node/sshd.fixture"
import { pacedClock } from "../lib/sim/clock"
import { createSimCluster } from "../lib/sim/cluster"
import { serveCluster } from "../lib/sim/serve"
import { many, REALS, SERVICES } from "./balancer-many"
import { changed } from "./balancer-steps"
import { type Bench, type Figure, median, round } from "./figure"

const NODE = { name: "d1", address: "10.77.0.11/24" }
const WATCHED_MS = 12_000
/** Of the page of a node of the same panel. */
const FIRST_MAX_RATIO = 2
const TYPED_MAX_MS = 200
const LONG_MS = 100
const args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--no-first-run"]

/** In the page: every long task, and every event by how long it took until something was painted. */
const WATCH = `
window.seen = { tasks: [], events: [] }
new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) window.seen.tasks.push(duration) }).observe({ type: "longtask" })
new PerformanceObserver((list) => {
  for (const { name, duration } of list.getEntries()) if (/^key|^input|^beforeinput/.test(name)) window.seen.events.push(duration)
}).observe({ type: "event", durationThreshold: 16 })`
type Seen = { readonly tasks: readonly number[]; readonly events: readonly number[] }
/** What was seen while something was done. */
async function during(page: Page, act: () => Promise<void>): Promise<Seen> {
  await page.evaluate("window.seen = { tasks: [], events: [] }")
  await act()
  await page.waitForTimeout(500)
  return page.evaluate("window.seen")
}
const worst = (list: readonly number[]): number => Math.round(Math.max(0, ...list))
const long = ({ tasks }: Seen): string =>
  `${tasks.filter((ms) => ms > LONG_MS).length} tasks over ${LONG_MS} ms, the longest ${worst(tasks)} ms`

async function typed(page: Page, label: string | RegExp, text: string): Promise<Seen> {
  const field = page.getByLabel(label).first()
  await field.focus()
  await page.keyboard.press("Control+A")
  const seen = await during(page, () => page.keyboard.type(text, { delay: 120 }))
  if ((await field.inputValue()) !== text) throw new Error(`${label} has ${await field.inputValue()}, not ${text}`)
  return seen
}
async function measure(page: Page, home: string): Promise<readonly Figure[]> {
  const opened = async (path: string, shown: () => ReturnType<Page["locator"]>) => {
    const times: number[] = []
    for (let i = 0; i < 3; i++) {
      const fromMs = performance.now()
      await page.goto(home + path)
      await shown().first().waitFor()
      times.push(performance.now() - fromMs)
    }
    return median(times)
  }
  // A page of one node, on the same machine at the same moment.
  const plainMs = await opened("/nodes/d1", () => page.getByRole("heading", { name: /d1/ }))
  const listMs = await opened("/balancers", () => page.getByRole("link", { name: "many", exact: true }))
  const editorMs = await opened("/balancers/many", () => page.getByRole("option"))
  await page
    .getByText(/serving/)
    .first()
    .waitFor()
  const bytes: number[] = []
  page.on("response", (response) => {
    if (/balancer\/live/.test(response.url()))
      void response.body().then(
        (body) => bytes.push(body.length),
        () => undefined,
      )
  })
  const idle = await during(page, () => page.waitForTimeout(WATCHED_MS))
  const scrolled = await during(page, async () => {
    await page.getByRole("listbox").hover()
    for (let i = 0; i < 40; i++) {
      await page.mouse.wheel(0, 900)
      await page.waitForTimeout(50)
    }
  })
  const searched = await typed(page, /^Search/, "10.9.3.2")
  await page.getByRole("option").first().click()
  await page
    .getByLabel(/^Weight/)
    .first()
    .waitFor()
  const weighed = await typed(page, /^Weight/, "12345")
  const inputMs = Math.max(worst(searched.events), worst(weighed.events))
  const of = { against: "the bound", detail: "" }
  const opening = (name: string, ms: number, detail: string): Figure => ({
    ...{ name: `balancer ${name} opened`, value: round(ms / plainMs), unit: "x", target: `<= ${FIRST_MAX_RATIO}` },
    met: ms / plainMs <= FIRST_MAX_RATIO,
    against: "the page of the node in the same panel",
    detail: `medians of 3: ${round(ms, 0)} ms and ${round(plainMs, 0)} ms; ${detail}`,
  })
  return [
    opening("list", listMs, `${SERVICES} virtual servers × ${REALS} on a simulated director`),
    opening("editor", editorMs, `to the first virtual server; scrolled 36,000 px: ${long(scrolled)}`),
    {
      ...{ ...of, name: "balancer editor typing", value: inputMs, unit: "ms", target: `<= ${TYPED_MAX_MS}`, met: inputMs <= TYPED_MAX_MS },
      detail:
        `the slowest key from its press to the paint: search ${worst(searched.events)} ms (${long(searched)}), a weight ` +
        `${worst(weighed.events)} ms (${long(weighed)})`,
    },
    {
      ...{
        ...of,
        name: "balancer editor live",
        value: worst(idle.tasks),
        unit: "ms",
        target: `<= ${LONG_MS}`,
        met: worst(idle.tasks) <= LONG_MS,
      },
      detail: `the longest task in ${WATCHED_MS / 1_000} s of looking on; an answer has ${round(median(bytes) / 1_000, 0)} kB`,
    },
  ]
}
/** List and editor of a thousand virtual servers in a browser, against the built panel. */
export const bench: Bench = {
  name: "balancer-browser",
  run: async () => {
    const why = whyNoBuild()
    if (why) throw new Error(why)
    const cluster = createSimCluster({ nodes: [NODE], clock: pacedClock(1) })
    const served = await serveCluster({ cluster })
    const panel = await createPanel({ port: await freePort() })
    const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args })
    try {
      await panel.start()
      const { id: clusterId } = await panel.client.cluster.create({ name: "bench" })
      const [{ publicKey } = { publicKey: "" }] = await panel.client.cluster.list({})
      for (const { name, host, port, hostKey } of served.nodes) {
        served.authorize(name, publicKey)
        await panel.client.node.add({ clusterId, name, host, port, user: "root", hostKey, isMember: true })
      }
      await changed(panel, clusterId, { name: "many", engine: "ipvsadm", nodes: [NODE.name], model: many(1) }, true)
      const context = await browser.newContext({ locale: "en-US", viewport: { width: 1_280, height: 900 } })
      await context.addCookies([{ name: "moyai", value: panel.token, url: panel.address }])
      await context.addInitScript(WATCH)
      return await measure(await context.newPage(), `${panel.address}/c/${clusterId}`)
    } finally {
      await browser.close()
      await panel.end()
      await served.close()
    }
  },
}
