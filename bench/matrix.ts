import { chromium } from "@playwright/test"
import { createPanel, until, whyNoBuild } from "../e2e/panel/panel"
import { freePort } from "../lib/node/sshd.fixture"
import { type Bench, median, round, timed } from "./figure"

const NODES = 50
const SERVICES = 500
const FRAME_MAX_MS = 50
const ANSWER_MAX_MS = 1_000
const nodeName = (i: number) => `n${String(i % NODES).padStart(2, "0")}`
const HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHTrXZpz7TqvCR0n3Wl1Zs1AcdJhC8GJZQm0rKqHbdRk"

/** 500 services on 50 nodes on one page: how long the panel takes to answer, and whether the page scrolls without a hitch. */
export const bench: Bench = {
  name: "matrix",
  run: async () => {
    const why = whyNoBuild()
    if (why) throw new Error(why)
    const panel = await createPanel({ port: await freePort() })
    await panel.start()
    const browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-dev-shm-usage", "--no-first-run"],
    })
    try {
      const { id: clusterId } = await panel.client.cluster.create({ name: "large" })
      // Nothing listens there: the machines are silent, and the page is as full as it gets.
      const rows = Array.from({ length: NODES }, (_, i) => ({
        id: `n${i}`,
        clusterId,
        name: nodeName(i),
        host: "127.0.0.1",
        port: 1,
        user: "root",
        hostKey: HOST_KEY,
        position: i,
      }))
      await panel.kill("SIGTERM")
      await panel.db.node.createMany({ data: rows })
      const services = Array.from({ length: SERVICES }, (_, i) => ({
        id: `s${i}`,
        clusterId,
        name: `service-${String(i).padStart(3, "0")}`,
        position: i,
      }))
      await panel.db.service.createMany({ data: services })
      await panel.db.resource.createMany({
        data: services.map(({ id, name }) => ({
          serviceId: id,
          name: `${name}-d`,
          position: 0,
          driver: "ocf",
          params: { class: "systemd", unit: "apache2.service" },
        })),
      })
      await panel.db.serviceStatus.createMany({
        data: services.map(({ id }, i) => ({ serviceId: id, state: "started", owner: nodeName(i), since: new Date() })),
      })
      await panel.start()
      await until("the overview", async () =>
        (await panel.client.overview.get({ clusterId })).services.length === SERVICES ? true : undefined,
      )
      const answers: number[] = []
      for (let i = 0; i < 5; i++) answers.push(await timed(() => panel.client.overview.get({ clusterId })))
      const page = await browser.newPage({ viewport: { width: 1280, height: 844 } })
      await page.context().addCookies([{ name: "moyai", value: panel.token, url: panel.address }])
      await page.goto(`${panel.address}/c/${clusterId}`)
      await page.getByRole("link", { name: "service-000", exact: true }).first().waitFor()
      // As text: a function would bring the compiler's helpers along, which the page does not have.
      await page.evaluate("window.frames_=[];let l=performance.now();(function t(n){frames_.push(n-l);l=n;requestAnimationFrame(t)})(l)")
      await page.mouse.move(640, 500)
      for (let i = 0; i < 60; i++) await page.mouse.wheel(0, 300)
      await page.waitForTimeout(300)
      const frames = (await page.evaluate<number[]>("window.frames_")).toSorted((a, b) => a - b)
      const drawn = await page.evaluate<number>("document.querySelectorAll('tbody tr').length")
      const value = round(frames[Math.floor(frames.length * 0.95)] ?? Number.NaN)
      const answer = round(median(answers))
      return [
        {
          name: `matrix of ${NODES} × ${SERVICES}: 95th percentile of a frame while scrolling`,
          ...{ value, unit: "ms", against: "a frame that the eye notices", target: `<= ${FRAME_MAX_MS} ms`, met: value <= FRAME_MAX_MS },
          detail: `${frames.length} frames, longest ${round(frames.at(-1) ?? 0)} ms; ${drawn} of ${SERVICES} rows in the page`,
        },
        {
          name: `matrix of ${NODES} × ${SERVICES}: the panel's answer`,
          ...{ value: answer, unit: "ms", against: "a second", target: `<= ${ANSWER_MAX_MS} ms`, met: answer <= ANSWER_MAX_MS },
          detail: "median of 5, over HTTP, 25,000 cells",
        },
      ]
    } finally {
      await browser.close()
      await panel.end()
    }
  },
}
