import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "") } },
  test: {
    include: ["{lib,agents,cli,scripts,app,components}/**/*.test.{ts,tsx,mjs}", "e2e/*.test.ts", "e2e/{scenarios,nemesis}/**/*.test.ts"],
    maxWorkers: 2, // vitest leaves a core free by itself, and of two that is half of them
    // For what hangs; a machine may be busy with something else.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
