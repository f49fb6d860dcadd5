import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

/** Tests that start the built panel as a process. */
export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "") } },
  test: { root: fileURLToPath(new URL("../..", import.meta.url)), include: ["e2e/panel/*.test.ts"], fileParallelism: false },
})
