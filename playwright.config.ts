import { defineConfig, devices } from "@playwright/test"

const PORT = 3690
const args = [
  "--no-sandbox",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--disable-quic",
]
const chromium = {
  ...devices["Desktop Chrome"],
  viewport: { width: 1280, height: 900 },
  launchOptions: { executablePath: "/usr/bin/chromium", args },
}
/**
 * `browser`: against the built panel in demo mode. `lab`: inside the lab's management namespace, on real nodes. `ipvs`: outside of
 * it, on nodes whose kernel has IPVS.
 */
const isLab = ["--project=lab", "--project=ipvs"].some((one) => process.argv.includes(one))

export default defineConfig({
  testDir: "e2e",
  workers: 1,
  fullyParallel: false,
  // For a test that looks at eight looks of a screen on a busy machine; what it waits for has bounds of its own.
  timeout: 400_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  outputDir: ".cache/playwright",
  use: { baseURL: `http://127.0.0.1:${PORT}`, trace: "retain-on-failure" },
  projects: [
    { name: "browser", testMatch: "*.spec.ts", testIgnore: "lab/**", use: chromium },
    { name: "lab", testMatch: "lab/panel.spec.ts", use: chromium },
    { name: "ipvs", testMatch: "lab/balancer.spec.ts", use: { ...chromium, actionTimeout: 90_000 } },
  ],
  ...(isLab
    ? {}
    : {
        webServer: {
          command: "node e2e/start-demo.mjs",
          url: `http://127.0.0.1:${PORT}/healthz`,
          env: { MOYAI_PORT: String(PORT) },
          gracefulShutdown: { signal: "SIGTERM", timeout: 10_000 },
        },
      }),
})
