import { spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { afterAll, beforeAll, expect, test } from "vitest"
import { startWorld, type World } from "../server/world.fixture"
import { login } from "../verbs/session/login"
import { setup } from "../verbs/session/setup"
import { setupLine } from "./setup-token"

const client = { address: "192.0.2.7", agent: "Firefox" }
let w: World
beforeAll(async () => {
  w = await startWorld({ services: false })
})
afterAll(() => w.stop())

/** The database as a thief has it: the file, and what is not yet in it. */
async function stolen(): Promise<string> {
  const rows = await w.db.$queryRawUnsafe<{ file: string }[]>("PRAGMA database_list")
  const file = rows[0]?.file ?? ""
  return ["", "-wal"].flatMap((side) => (existsSync(file + side) ? [readFileSync(file + side, "latin1")] : [])).join("")
}

test("no password, token or private key is in the database, whoever gave it, right or wrong", async () => {
  const token = (await setupLine(w.db, ""))?.split(": ").at(-1) ?? ""
  const nobody = w.ctxAs(undefined)
  const canaries = ["canary-setup-1", "canary-wrong-2", "canary-other-3", "canary-wrong-4", "canary-after-5"]
  const entered = await setup(nobody, { token, name: "ann", password: canaries[0] }, client)
  const again = await login(nobody, { name: "ann", password: canaries[0] }, client)
  await login(nobody, { name: "ann", password: canaries[1] }, client)
  await w.admin.user.create({ name: "bob", role: "viewer", password: canaries[2] ?? "" })
  await w.admin.user.setPassword({ current: canaries[3] ?? "", next: canaries[4] ?? "" }).catch(() => undefined)
  expect([entered.ok, again.ok]).toEqual([true, true])
  const tokens = [entered, again].flatMap((entrance) => (entrance.ok ? [entrance.token] : []))
  const text = await stolen()
  expect(text).toContain("192.0.2.7") // the right file
  for (const secret of [...canaries, ...tokens, token, "OPENSSH PRIVATE KEY"]) expect(text.includes(secret), secret).toBe(false)
})
test("the log masks what is named like a secret, and a line break in a value makes no second line", () => {
  const script = `import("./lib/log.ts").then(({ log, logError }) => {
    log.info({ password: "canary-a", user: { token: "canary-b", headers: { cookie: "canary-c" } } }, "login")
    log.info({ name: 'ann\\n{"level":50,"msg":"forged"}' }, "login")
    logError("start", new Error("told\\nforged"))
  })`
  const { stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "-e", script], {
    encoding: "utf8",
    env: { ...process.env, MOYAI_LOG_LEVEL: "nonsense" },
  })
  expect(stderr).toBe("")
  const lines = stdout.trim().split("\n")
  expect(lines).toHaveLength(3)
  expect(stdout).not.toContain("canary")
  expect(lines.map((line) => JSON.parse(line)).map(({ msg, where }) => where ?? msg)).toEqual(["login", "login", "start"])
})
