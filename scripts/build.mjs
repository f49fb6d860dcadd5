#!/usr/bin/env node
// Prisma's client, the pages, and server.ts as one file. Each part is made anew only when what it is made of has changed.
import { isFresh, stamp } from "./lib/stamp.mjs"
import { run, say } from "./lib/run.mjs"

const GENERATE_FROM = ["prisma/schema.prisma", "package-lock.json"]
const BUILD_FROM = ["app", "components", "lib", "agents", "cli", "prisma", "server.ts", "proxy.ts", "next.config.js", "postcss.config.mjs", "tsconfig.json", "package-lock.json"]

export async function generate() {
  if (isFresh("generate", GENERATE_FROM, ["lib/db/generated/client.ts"])) return say("database client: up to date")
  // The engine that `prisma generate` would download is not used by it.
  await run("database client: generating", "npx", ["prisma", "generate"], { env: { PRISMA_SCHEMA_ENGINE_BINARY: "/bin/true" } })
  stamp("generate", GENERATE_FROM)
}
export async function build() {
  await generate()
  if (isFresh("build", BUILD_FROM, [".next/BUILD_ID", "dist/server.mjs"])) return say("pages and server: up to date")
  await run("pages: building", "npx", ["next", "build"], { env: { NODE_ENV: "production" } })
  const flags = ["--bundle", "--platform=node", "--format=esm", "--target=node20", "--packages=external", "--sourcemap", "--log-level=warning"]
  await run("server: bundling", "npx", ["esbuild", "server.ts", ...flags, "--outfile=dist/server.mjs"])
  stamp("build", BUILD_FROM)
}
if (import.meta.url === `file://${process.argv[1]}`) await build()
