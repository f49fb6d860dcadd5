import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { createORPCClient } from "@orpc/client"
import { RPCLink } from "@orpc/client/fetch"
import type { RouterClient } from "@orpc/server"
import { expect, type Locator, type Page } from "@playwright/test"
import type { Router } from "@/lib/verbs/router"

/** The machine is emulated: a job of twelve steps takes two minutes there, or more on a busy machine. */
export const JOB_MS = 360_000
/** What the panel sees by itself: a check that fails, a table that is read again, on a slow node. */
export const SEEN_MS = 90_000

export type PanelProcess = { readonly address: string; readonly token: string; readonly end: () => Promise<void> }
/** The built panel, started as `npm start` does, on an empty data directory of its own; resolves with the token on its console. */
export function startPanel(port: number): Promise<PanelProcess> {
  const dir = mkdtempSync(join(tmpdir(), "moyai-balancer-screen-"))
  const env = { ...process.env, NODE_ENV: "production" as const, MOYAI_DATA: dir, MOYAI_PORT: String(port), MOYAI_LOG_LEVEL: "info" }
  const child = spawn(process.execPath, [resolve("dist/server.mjs")], { env, stdio: ["ignore", "pipe", "inherit"] })
  const end = () =>
    new Promise<void>((done) => {
      const gone = () => {
        rmSync(dir, { recursive: true, force: true })
        done()
      }
      if (child.exitCode !== null || child.signalCode !== null) return gone()
      child.once("exit", gone)
      child.kill("SIGTERM")
    })
  return tokenOf(child).then((token) => ({ address: `http://127.0.0.1:${port}`, token, end }))
}
const tokenOf = (child: ChildProcess) =>
  new Promise<string>((done, fail) => {
    let text = ""
    child.once("exit", (code) => fail(new Error(`the panel ended with ${code} at its start: ${text}`)))
    child.stdout?.setEncoding("utf8").on("data", (piece: string) => {
      text += piece
      const [, token] = text.match(/works once: ([\w-]+)/) ?? []
      if (token !== undefined) done(token)
    })
  })
/** Verbs as whoever is logged in on that page. */
export async function clientOf(page: Page): Promise<RouterClient<Router>> {
  const { origin } = new URL(page.url())
  const cookies = await page.context().cookies(origin)
  const headers = { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") }
  return createORPCClient(new RPCLink({ url: `${origin}/api/rpc`, headers }))
}
/** Confirmed, as often as the world moved meanwhile; seen until it has succeeded, and closed. Rejects with what the screen says. */
export async function carriedOut(where: Locator, button: string | RegExp): Promise<void> {
  const confirm = where.getByRole("button", { name: button })
  const state = where.getByRole("status").filter({ hasText: /^(queued|running|waits for you|succeeded|failed|cancelled)$/ })
  await expect(async () => {
    await confirm.click({ timeout: SEEN_MS })
    await expect(state).toBeVisible({ timeout: SEEN_MS })
  }).toPass({ timeout: 3 * SEEN_MS })
  // A node that is too slow to answer is waited for; the dialog has the way on, as for a person.
  const again = where.getByRole("button", { name: "Try this step again" })
  const look = async () => {
    const now = await state.innerText()
    if (now === "waits for you") await again.click({ timeout: 5_000 }).catch(() => undefined)
    return now
  }
  await expect.poll(look, { timeout: JOB_MS, intervals: [5_000] }).toMatch(/^(succeeded|failed|cancelled)$/)
  expect(await state.innerText(), await where.innerText()).toBe("succeeded")
  await where.getByRole("button", { name: "Close" }).last().click()
}
