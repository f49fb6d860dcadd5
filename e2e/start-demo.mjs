// The built panel in demo mode on a data directory of its own, for the browser tests.
import { spawn } from "node:child_process"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"

const dir = fs.mkdtempSync(path.join(os.tmpdir(), "moyai-browser-"))
const env = {
  ...process.env,
  NODE_ENV: "production",
  MOYAI_DEMO: "1",
  MOYAI_DEMO_PASSWORD: "browser-tests-1",
  MOYAI_DATA: dir,
  MOYAI_LOG_LEVEL: "warn",
}
const child = spawn(process.execPath, ["dist/server.mjs"], { env, stdio: "inherit" })
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal))
child.on("exit", (code) => {
  fs.rmSync(dir, { recursive: true, force: true })
  process.exit(code ?? 0)
})
