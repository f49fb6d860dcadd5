import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

/** A thousand histories, in as many processes as there are cores; `npm run unit` plays a few. */
export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "") } },
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["e2e/nemesis/*.test.ts"],
    maxWorkers: 2, // one for each half: vitest leaves a core free by itself
    env: {
      MOYAI_HISTORIES: process.env.MOYAI_HISTORIES ?? "1000",
      MOYAI_SEED: process.env.MOYAI_SEED ?? String(Math.floor(Date.now() / 1_000) % 1_000_000),
    },
  },
})
