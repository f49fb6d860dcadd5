import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

/** Tests on real nodes; run.ts starts them inside the lab's management namespace. */
export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "") } },
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["e2e/lab/*.test.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
