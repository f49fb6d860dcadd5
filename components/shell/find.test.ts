import fc from "fast-check"
import { expect, test } from "vitest"
import { found, indexed } from "./find"

const items = indexed(
  [
    ["httpd"],
    ["Relocate httpd", "httpd を移動"],
    ["Relocate httpd to h2", "httpd を h2 へ移動"],
    ["凍結解除 named", "Unfreeze named", "unfreeze"],
    ["Nodes", "ノード"],
  ].map((words) => ({ words })),
)
const words = (typed: string) => found(items, typed).map((item) => item.words[0])

test("all words typed, in any order, what is meant first", () => {
  expect(words("httpd")[0]).toBe("httpd")
  expect(words("relocate httpd to h2")[0]).toBe("Relocate httpd to h2")
  expect(words("h2 reloc")).toEqual(["Relocate httpd to h2"])
  expect(words("nothing")).toEqual([])
  expect(words("")).toHaveLength(5)
})
test("either language finds it, whichever is shown; Japanese needs no spaces, and a full-width letter is a letter", () => {
  expect(words("httpdをh2へ移動")).toEqual(["Relocate httpd to h2"])
  expect(words("移動 httpd")).toContain("Relocate httpd")
  expect(words("unfreeze named")).toEqual(["凍結解除 named"])
  expect(words("ノード")).toEqual(["Nodes"])
  expect(words("ｈｔｔｐｄ")[0]).toBe("httpd")
})
test("whatever is shown is found by its own words", () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.string(), { minLength: 1, maxLength: 3 }), { minLength: 1 }), fc.nat(), (all, at) => {
      const one = all[at % all.length] ?? []
      const typed = one[0] ?? ""
      expect(found(indexed(all.map((of) => ({ words: of }))), typed)).toContainEqual({ words: one })
    }),
  )
})
