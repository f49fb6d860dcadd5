#!/usr/bin/env node
// Prisma's client, the pages, and server.ts as one file. Each part is made anew only when what it is made of has changed.
import fs from "node:fs"
import { fileURLToPath } from "node:url"
import { atRoot, install } from "./lib/checks.mjs"
import { explain, run, say } from "./lib/run.mjs"
import { isFresh, stamp } from "./lib/stamp.mjs"
import { bundleCli } from "./moyai.mjs"

const GENERATE_FROM = ["prisma/schema.prisma", "prisma.config.ts", "package-lock.json"]
const BUILD_FROM = [
  "app",
  "components",
  "lib",
  "agents",
  "cli",
  "prisma",
  "public",
  "server.ts",
  "proxy.ts",
  "next.config.js",
  "postcss.config.mjs",
  "tsconfig.json",
  "package-lock.json",
]

export async function generate() {
  if (isFresh("generate", GENERATE_FROM, ["lib/db/generated/client.ts"])) return say("database client: up to date")
  // `prisma generate` would download an engine that it does not use.
  await run("database client: generating", "npx", ["prisma", "generate"], { env: { PRISMA_SCHEMA_ENGINE_BINARY: "/bin/true" } })
  stamp("generate", GENERATE_FROM)
}
export async function build() {
  await generate()
  if (isFresh("build", BUILD_FROM, [".next/BUILD_ID", "dist/server.mjs", "dist/cli/moyai.mjs"])) return say("pages and server: up to date")
  const advice = "Was it ended with SIGKILL? Building needs about 2 GB of memory"
  await run("pages: building (half a minute)", "npx", ["next", "build"], { env: { NODE_ENV: "production" }, advice })
  const flags = [
    "--bundle",
    "--platform=node",
    "--format=esm",
    "--target=node20",
    "--packages=external",
    "--sourcemap",
    "--log-level=warning",
  ]
  await run("server: bundling", "npx", ["esbuild", "server.ts", ...flags, "--outfile=dist/server.mjs"])
  await bundleCli()
  stamp("build", BUILD_FROM)
}
async function main() {
  atRoot()
  await install()
  await build()
}
if (fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await main().catch(explain)
