import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

/**
 * A thousand histories, in as many processes as there are cores, or as many as fit into the minutes that CI has for them where
 * nobody says how many; `npm run unit` plays a few. The same ones each time, so that a change that fails here broke something: whoever
 * looks for what nobody knows yet says MOYAI_SEED=$RANDOM.
 */
export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "") } },
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["e2e/nemesis/*.test.ts"],
    maxWorkers: 2, // one for each half: vitest leaves a core free by itself
    env: {
      MOYAI_HISTORIES: process.env.MOYAI_HISTORIES ?? "1000",
      ...(process.env.MOYAI_HISTORIES === undefined ? { MOYAI_HISTORIES_MINUTES: "6" } : {}),
      MOYAI_SEED: process.env.MOYAI_SEED ?? "1",
    },
  },
})
