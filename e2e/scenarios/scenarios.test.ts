import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test, vi } from "vitest"
import { play } from "./play"
import { Story } from "./story"

vi.mock("../../lib/auth/password", () => import("./plain-password"))

const here = import.meta.dirname
const folders = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort()
const isWriting = process.env.MOYAI_GOLDEN === "write"
const only = process.env.MOYAI_SCENARIO

/** Each folder is a story: its cluster, its script, and the log that it must leave, to the tenth of a second. */
describe("scenarios", () => {
  for (const folder of folders.filter((f) => only === undefined || f.includes(only))) {
    const story = Story.parse(JSON.parse(readFileSync(join(here, folder, "scenario.json"), "utf8")))
    test(`${folder}: ${story.title}`, { timeout: 60_000 }, async () => {
      const { log, violations, errors } = await play(story)
      expect(errors).toEqual([])
      if (!story.isDoubledByHand) expect(violations, "on two nodes at once").toEqual([])
      const file = join(here, folder, "expected.log")
      const text = `# ${story.title}\n# ${story.story}\n# rule: ${story.rule}\n${log.join("\n")}\n`
      if (isWriting) writeFileSync(file, text)
      expect(existsSync(file), "no expected.log: MOYAI_GOLDEN=write writes it, and then it is to be read").toBe(true)
      expect(text).toBe(readFileSync(file, "utf8"))
    })
  }
})
