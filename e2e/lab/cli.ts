import { spawnSync } from "node:child_process"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { basePath, startLab } from "./lab"

/** For a developer: node --import tsx e2e/lab/cli.ts up | down | exec NODE CMD… | mgmt CMD… */
const name = process.env.LAB_NAME ?? "dev"
const [verb, ...rest] = process.argv.slice(2)
const env = { ...process.env, LAB: join(tmpdir(), `moyai-lab-${name}`), LAB_NAME: name, LAB_BASE: basePath() }
if (verb === "up") {
  const fromMs = Date.now()
  const { nodes } = await startLab({ name, nodes: Number(rest[0] ?? 3) })
  console.log(`${nodes.map((n) => `${n.name} ${n.address} ${n.fingerprint}`).join("\n")}\nup after ${Date.now() - fromMs} ms`)
} else if (verb === "mgmt") process.exitCode = spawnSync("ip", ["netns", "exec", `${name}-h0`, ...rest], { stdio: "inherit" }).status ?? 1
else process.exitCode = spawnSync("e2e/lab/lab.sh", [verb ?? "", ...rest], { env, stdio: "inherit" }).status ?? 1
