import { createServer } from "node:http"
import { parse } from "node:url"
import next from "next"
import { checkKey } from "./lib/auth/key-check"
import { openSealer } from "./lib/auth/seal"
import { setupLine } from "./lib/auth/setup-token"
import { openDatabase } from "./lib/db/client"
import { migrate } from "./lib/db/migrate"
import { readEnv } from "./lib/env"
import { log, logError } from "./lib/log"
import { createPool } from "./lib/node/pool"
import { createCredentials } from "./lib/server/credentials"
import { holdDataDirectory } from "./lib/server/hold"
import { panelHost } from "./lib/server/panel-host"
import { composeEngine } from "./lib/server/start-engine"

/** How long running steps may take to end when the panel goes down; what is not over by then is found again by its claim. */
const PATIENCE_MS = 20_000

async function main() {
  const env = readEnv(process.env)
  const release = holdDataDirectory(env.dataDir)
  await migrate(env.databaseFile)
  const db = await openDatabase(env.databaseFile)
  const sealer = openSealer(env.keyFile)
  await checkKey(db, sealer, env.keyFile)
  const credentials = createCredentials(db, sealer)
  const pool = createPool({ credential: credentials.forEndpoint })
  const demo = env.isDemo ? await (await import("./lib/server/demo")).startDemo(env) : null
  const running = composeEngine({
    db,
    pool,
    credentials,
    publicUrl: env.publicUrl,
    demo: demo?.control ?? null,
    ...(demo ?? { panel: panelHost(env.dataDir) }),
    onError: (error) => logError("engine", error),
  })
  if (demo) await demo.fill(db, credentials)

  const app = next({ dev: false, hostname: env.host, port: env.port })
  await app.prepare()
  const handle = app.getRequestHandler()
  await running.start()
  const server = createServer((request, response) => {
    if (request.url === "/healthz") {
      response.setHeader("content-type", "application/json")
      return response.end(JSON.stringify({ ok: true, clusters: running.engine.keeper.clusters().length }))
    }
    // Whoever asks is told by the connection, never by a header that came with it.
    request.headers["x-moyai-address"] = request.socket.remoteAddress ?? ""
    // Next wants the parsed form; the URL was given by the client and is only routed.
    return handle(request, response, parse(request.url ?? "/", true))
  })
  server.once("error", (error: NodeJS.ErrnoException) => {
    const taken = `port ${env.port} on ${env.host} is taken: stop what listens there or set MOYAI_PORT to another one`
    logError("start", error.code === "EADDRINUSE" ? new Error(taken) : error)
    process.exit(1)
  })
  server.listen(env.port, env.host, () => void announce())

  async function announce() {
    log.info(`Moyai listens on ${env.publicUrl ?? `http://${env.host}:${env.port}`}`)
    const line = await setupLine(db, env.publicUrl ?? `http://${env.host}:${env.port}`)
    if (line) log.info(line)
  }
  let isGoing = false
  async function leave(signal: string) {
    if (isGoing) return
    isGoing = true
    log.info(`${signal}: no further step is begun; running steps may end within ${PATIENCE_MS / 1_000} s`)
    server.close()
    await running.stop(PATIENCE_MS)
    await db.$disconnect()
    release()
    process.exit(0)
  }
  process.on("SIGTERM", () => void leave("SIGTERM"))
  process.on("SIGINT", () => void leave("SIGINT"))
}

main().catch((error: unknown) => {
  logError("start", error)
  process.exit(1)
})
