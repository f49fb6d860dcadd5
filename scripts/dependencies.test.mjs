import fs from "node:fs"
import { expect, test } from "vitest"

test("docs/dependencies.md has a line for each package of package.json, with its reason, and for no other", () => {
  const { dependencies, devDependencies } = JSON.parse(fs.readFileSync("package.json", "utf8"))
  const rows = fs
    .readFileSync("docs/dependencies.md", "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `"))
  const named = rows.flatMap((line) => [...line.split("|")[1].matchAll(/`([^`]+)`/g)].map(([, name]) => name))
  expect(named.toSorted()).toEqual(Object.keys({ ...dependencies, ...devDependencies }).toSorted())
  for (const row of rows) expect(row.split("|").map((cell) => cell.trim().length > 3)).toEqual([false, true, true, true, false])
})
test("docs/settings.md names every setting of lib/env.ts, and no other", () => {
  const settingsIn = (file) => [...new Set(fs.readFileSync(file, "utf8").match(/MOYAI_[A-Z_]+/g))].toSorted()
  expect(settingsIn("docs/settings.md")).toEqual(settingsIn("lib/env.ts"))
})
