import { expect, test } from "vitest"
import { found } from "./find"

const items = ["httpd", "Relocate httpd → h2 · relocate", "移動 httpd → h2 · relocate", "Nodes"].map((words) => ({ words }))
const words = (typed: string) => found(items, typed).map((item) => item.words)

test("all words typed, in any order and either language, what is meant first", () => {
  expect(words("httpd")[0]).toBe("httpd")
  expect(words("h2 reloc")).toEqual(
    ["Relocate httpd → h2 · relocate", "移動 httpd → h2 · relocate"].toSorted((a) => (a.startsWith("R") ? -1 : 1)),
  )
  expect(words("移動")).toEqual(["移動 httpd → h2 · relocate"])
  expect(words("nothing")).toEqual([])
  expect(words("")).toHaveLength(4)
})
