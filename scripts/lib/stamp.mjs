// What was made of what: a stamp holds the hash of the sources, so that the second time is quick.
import { createHash } from "node:crypto"
import fs from "node:fs"
import path from "node:path"

const DIR = ".cache/stamps"
const SKIP = new Set(["node_modules", "generated", "fixtures", ".DS_Store"])

function* filesIn(place) {
  if (!fs.existsSync(place)) return
  if (fs.statSync(place).isFile()) return void (yield place)
  for (const name of fs.readdirSync(place).sort())
    if (!SKIP.has(name) && !/\.test\.tsx?$/.test(name)) yield* filesIn(path.join(place, name))
}
export function hashOf(places) {
  const hash = createHash("sha256").update(process.version)
  for (const place of places) for (const file of filesIn(place)) hash.update(file).update("\0").update(fs.readFileSync(file)).update("\0")
  return hash.digest("hex")
}
/** True when the results are there and were made of just these sources. */
export function isFresh(name, sources, results) {
  const file = path.join(DIR, name)
  return results.every((result) => fs.existsSync(result)) && fs.existsSync(file) && fs.readFileSync(file, "utf8") === hashOf(sources)
}
export function stamp(name, sources) {
  fs.mkdirSync(DIR, { recursive: true })
  fs.writeFileSync(path.join(DIR, name), hashOf(sources))
}
