import { resolve } from "node:path"
import { expect, test } from "vitest"
import { readEnv } from "./env"

test("with nothing set, the panel is for this machine alone", () => {
  expect(readEnv({})).toEqual({
    dataDir: resolve("data"),
    databaseFile: resolve("data/moyai.db"),
    keyFile: resolve("data/secret.key"),
    host: "127.0.0.1",
    port: 3636,
    publicUrl: undefined,
    logLevel: "info",
    isDemo: false,
    demoPassword: undefined,
  })
})
test("an empty variable is an unset one, and those of others are not read", () => {
  expect(readEnv({ MOYAI_PORT: "", MOYAI_KEY_FILE: "", PORT: "80", HOST: "0.0.0.0" })).toEqual(readEnv({}))
})
test("the key file may lie elsewhere than the database", () => {
  expect(readEnv({ MOYAI_DATA: "/srv/moyai", MOYAI_KEY_FILE: "/etc/moyai/key" })).toMatchObject({
    databaseFile: "/srv/moyai/moyai.db",
    keyFile: "/etc/moyai/key",
  })
  expect(readEnv({ MOYAI_DATA: "/srv/moyai" }).keyFile).toBe("/srv/moyai/secret.key")
})
test("only 1 makes a demo", () => {
  expect(readEnv({ MOYAI_DEMO: "1" }).isDemo).toBe(true)
  expect(readEnv({ MOYAI_DEMO: "0" }).isDemo).toBe(false)
})
test.each([
  ["MOYAI_PORT", "0", "1 to 65535"],
  ["MOYAI_PORT", "65536", "1 to 65535"],
  ["MOYAI_PORT", "80.5", "a whole number"],
  ["MOYAI_PORT", "http", "a number"],
  ["MOYAI_LOG_LEVEL", "loud", "debug, info, warn or error"],
  ["MOYAI_DEMO", "yes", "0 or 1"],
  ["MOYAI_PUBLIC_URL", "moyai.example.net", "http or https URL"],
  ["MOYAI_PUBLIC_URL", "javascript:alert(1)", "http or https URL"],
])("%s=%s is refused with what it must be", (name, value, words) => {
  expect(() => readEnv({ [name]: value })).toThrow(`${name}=${value}: must be`)
  expect(() => readEnv({ [name]: value })).toThrow(words)
})
test("everything that is wrong is told at once", () => {
  expect(() => readEnv({ MOYAI_PORT: "x", MOYAI_DEMO: "x" })).toThrow(/MOYAI_PORT=x.*\nMOYAI_DEMO=x/)
})
