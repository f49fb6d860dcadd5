import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { createORPCClient } from "@orpc/client"
import { RPCLink } from "@orpc/client/fetch"
import type { RouterClient } from "@orpc/server"
import { startSession } from "@/lib/auth/session"
import { type Db, openDatabase } from "@/lib/db/client"
import { migrate } from "@/lib/db/migrate"
import type { Router } from "@/lib/verbs/router"

const SERVER = resolve("dist/server.mjs")
const START_PATIENCE_MS = 30_000
/** Undefined when the built panel can be started. */
export const whyNoBuild = (): string | undefined => (existsSync(SERVER) ? undefined : "the panel is not built: npm run build")

export type Panel = {
  readonly client: RouterClient<Router>
  readonly address: string
  readonly db: Db
  readonly token: string
  readonly start: () => Promise<void>
  /** As a power cut does it. Resolves when the process is gone. */
  readonly kill: (signal?: "SIGKILL" | "SIGTERM") => Promise<void>
  readonly end: () => Promise<void>
}

/** A refusal says why in its reports: a test that fails by one tells them. */
async function withReports<T>({ next }: { readonly next: () => Promise<T> }): Promise<T> {
  try {
    return await next()
  } catch (error) {
    if (error instanceof Error && "data" in error && error.data) error.message += ` ${JSON.stringify(error.data).slice(0, 600)}`
    throw error
  }
}
/** The built panel as a process of its own, on its own data directory; an admin is logged in. `prefix` runs it inside a namespace. */
export async function createPanel({ port, prefix = [] }: { readonly port: number; readonly prefix?: readonly string[] }): Promise<Panel> {
  const dir = mkdtempSync(join(tmpdir(), "moyai-panel-"))
  await migrate(join(dir, "moyai.db"))
  const db = await openDatabase(join(dir, "moyai.db"))
  const { id } = await db.user.create({ data: { name: "admin", role: "admin", passwordHash: "-" } })
  const { token } = await startSession(db, id, "test", Date.now())
  const address = `http://127.0.0.1:${port}`
  const headers = { cookie: `moyai=${token}` }
  const interceptors = [withReports]
  const client: RouterClient<Router> = createORPCClient(new RPCLink({ url: `${address}/api/rpc`, headers, interceptors }))
  let child: ChildProcess | undefined
  const answers = async () => {
    const untilMs = Date.now() + START_PATIENCE_MS
    for (;;) {
      if ((await fetch(`${address}/healthz`).catch(() => undefined))?.ok) return
      if (child?.exitCode !== null) throw new Error(`the panel ended with ${child?.exitCode} at its start`)
      if (Date.now() > untilMs) throw new Error(`the panel did not answer in ${START_PATIENCE_MS} ms`)
      await new Promise((r) => setTimeout(r, 20))
    }
  }
  const kill = (signal: "SIGKILL" | "SIGTERM" = "SIGKILL") =>
    new Promise<void>((done) => {
      if (!child || child.exitCode !== null || child.signalCode !== null) return done()
      child.once("exit", () => done())
      child.kill(signal)
    })
  return {
    ...{ client, address, db, token, kill },
    start: async () => {
      const [command = process.execPath, ...args] = [...prefix, process.execPath, SERVER]
      const env = { ...process.env, NODE_ENV: "production" as const, MOYAI_DATA: dir, MOYAI_PORT: String(port), MOYAI_LOG_LEVEL: "warn" }
      child = spawn(command, args, { env, stdio: ["ignore", "ignore", "inherit"] })
      await answers()
    },
    end: async () => {
      await kill("SIGTERM")
      await db.$disconnect()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/**
 * Asks until it holds, the longer it takes the more seldom: what is measured by it is at most a twentieth too long, and emulated
 * nodes share the processor with it. Bounded: a hang is a failure with what was seen last.
 */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, patienceMs = 60_000): Promise<T> {
  const fromMs = Date.now()
  let last: unknown
  for (;;) {
    const found = await ask().catch((error: unknown) => {
      last = error
      return undefined
    })
    if (found !== undefined) return found
    const waitedMs = Date.now() - fromMs
    if (waitedMs > patienceMs) throw new Error(`${what}: not within ${patienceMs} ms; ${String(last)}`)
    await new Promise((r) => setTimeout(r, Math.min(Math.max(waitedMs / 20, 15), 250)))
  }
}
