import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { hashOf } from "./stamp.mjs"

let dir = ""
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), "moyai-stamp-"))
  fs.mkdirSync(path.join(dir, "a"))
  fs.writeFileSync(path.join(dir, "a", "x.ts"), "1")
})
afterEach(() => fs.rmSync(dir, { recursive: true }))
const hash = () => hashOf([path.join(dir, "a"), path.join(dir, "missing")])

test("a build is old as soon as a source changes, comes, goes or is renamed, and not when it is only touched", () => {
  const before = hash()
  const hashes = [before]
  const change = (act) => {
    act()
    hashes.push(hash())
  }
  change(() => fs.writeFileSync(path.join(dir, "a", "x.ts"), "2"))
  change(() => fs.writeFileSync(path.join(dir, "a", "y.ts"), ""))
  change(() => fs.renameSync(path.join(dir, "a", "y.ts"), path.join(dir, "a", "z.ts")))
  change(() => fs.writeFileSync(path.join(dir, "missing"), ""))
  expect(new Set(hashes).size).toBe(hashes.length)
  fs.rmSync(path.join(dir, "missing"))
  fs.rmSync(path.join(dir, "a", "z.ts"))
  fs.writeFileSync(path.join(dir, "a", "x.ts"), "1")
  expect(hash()).toBe(before)
})
test("a test that changes builds nothing anew", () => {
  const before = hash()
  fs.writeFileSync(path.join(dir, "a", "x.test.ts"), "1")
  expect(hash()).toBe(before)
})
