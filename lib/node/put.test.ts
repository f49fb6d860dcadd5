import { spawn } from "node:child_process"
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { localSession } from "./local"
import { putBy, sha256Of } from "./put"
import type { PutFile } from "./session"
import { type Sh, sh, stdinOf, textOf } from "./sh"

let dir = ""
let path = ""
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "moyai-put-"))
  path = join(dir, "keepalived.conf")
})
afterEach(() => rmSync(dir, { recursive: true }))
const here = localSession("here")
const put = (content: string, more: Partial<PutFile> = {}) => here.put({ path, content, mode: 0o640, timeoutMs: 20_000, ...more })
const modeOf = (file: string) => (statSync(file).mode & 0o7777).toString(8)

test("a new file is written whole, with its mode and nothing beside it", async () => {
  const content = "# 日本語\n'$(id)'\n\n"
  expect(await put(content)).toEqual({ state: "written", sha256: sha256Of(content) })
  expect(readFileSync(path, "utf8")).toBe(content)
  expect(modeOf(path)).toBe("640")
  expect(readdirSync(dir)).toEqual(["keepalived.conf"])
})
test("the version before is kept, with its mode, and only that one", async () => {
  await put("1")
  chmodSync(path, 0o600)
  expect(await put("2")).toEqual({ state: "written", sha256: sha256Of("2"), keptAs: `${path}.moyai-old` })
  expect([readFileSync(`${path}.moyai-old`, "utf8"), modeOf(`${path}.moyai-old`)]).toEqual(["1", "600"])
  await put("3")
  expect(readFileSync(`${path}.moyai-old`, "utf8")).toBe("2")
  expect(readdirSync(dir).sort()).toEqual(["keepalived.conf", "keepalived.conf.moyai-old"])
})
test("the same content is not written again; another mode is", async () => {
  await put("same")
  const before = statSync(path).ino
  expect(await put("same")).toEqual({ state: "unchanged", sha256: sha256Of("same") })
  expect(statSync(path).ino).toBe(before)
  expect(await put("same", { mode: 0o600 })).toMatchObject({ state: "written" })
  expect(modeOf(path)).toBe("600")
})
test("a check that says no leaves the file as it was, and nothing beside it", async () => {
  await put("good")
  const check = sh`sh -c ${'echo "in $(cat "$1")"; echo why >&2; exit 4'} check`
  expect(await put("bad", { check })).toEqual({ state: "refused", exitCode: 4, stdout: "in bad\n", stderr: "why\n" })
  expect(readFileSync(path, "utf8")).toBe("good")
  expect(readdirSync(dir)).toEqual(["keepalived.conf"])
})
test("a check sees the whole new content under a name of its own, which nobody else may read", async () => {
  const text = '[ "$(cat "$2")" = new ] && [ "$2" != "$1" ] && [ "$(stat -c %a "$2")" = 600 ]'
  expect(await put("new", { check: sh`sh -c ${text} check ${path}` })).toMatchObject({ state: "written" })
})
/** Sends only the beginning, as a link that is cut half-way. */
const cutShort = (command: Sh, bytes: number): Promise<{ exitCode: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const child = spawn("sh", ["-c", textOf(command)])
    let stdout = ""
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk
    })
    child.on("close", (code) => resolve({ exitCode: code ?? -1, stdout, stderr: "" }))
    child.stdin.end(Buffer.from(stdinOf(command)).subarray(0, bytes))
  })
test.each([0, 1, 500])("an upload that is cut after %d bytes leaves the file as it was, and nothing beside it", async (bytes) => {
  await put("before")
  const half = putBy((command) => cutShort(command, bytes), "h1", { path, content: "x".repeat(1_000), mode: 0o640, timeoutMs: 1 })
  await expect(half).rejects.toThrow(`${path} on h1 was not written: it was cut short on the way`)
  expect(readFileSync(path, "utf8")).toBe("before")
  expect(readdirSync(dir)).toEqual(["keepalived.conf"])
})
test("the end of the terminal in the middle leaves nothing beside the file", async () => {
  await put("before")
  const check = sh`sh -c ${'kill -s HUP "$PPID"; exit 0'} check`
  await expect(put("after", { check })).rejects.toThrow("was not written")
  expect(readFileSync(path, "utf8")).toBe("before")
  expect(readdirSync(dir)).toEqual(["keepalived.conf"])
})
test("a link is followed, a directory is not overwritten, another name of the old file keeps the old content", async () => {
  const real = join(dir, "real")
  writeFileSync(real, "1")
  linkSync(real, join(dir, "other"))
  symlinkSync(real, path)
  await put("2")
  expect([lstatSync(path).isSymbolicLink(), readFileSync(real, "utf8"), readFileSync(join(dir, "other"), "utf8")]).toEqual([true, "2", "1"])
  mkdirSync(join(dir, "d"))
  await expect(put("x", { path: join(dir, "d") })).rejects.toThrow("a directory has this name")
})
test("where no file can be made, the reason is told", async () => {
  await expect(put("x", { path: join(dir, "no/such/file") })).rejects.toThrow(/no temporary file beside it: mktemp: .*No such file/)
})
test.each(["relative", "/", "/etc/", "", "/a\nb"])("%j is no path of a file", async (bad) => {
  await expect(put("x", { path: bad })).rejects.toThrow(TypeError)
})
test.skipIf(process.getuid?.() !== 0)("the owner of the old file keeps the new one (root only)", async () => {
  await put("1")
  await here.run(sh`chown 12:34 ${path}`, { timeoutMs: 5_000 })
  await put("2")
  expect([statSync(path).uid, statSync(path).gid]).toEqual([12, 34])
})
