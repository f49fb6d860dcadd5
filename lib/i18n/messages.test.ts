import { expect, test } from "vitest"
import { messagesOf } from "./messages"

type Tree = { readonly [key: string]: string | Tree }
const leaves = (tree: Tree, at = ""): readonly (readonly [string, string])[] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [[`${at}${key}`, value] as const] : leaves(value, `${at}${key}.`),
  )
/** What stands between braces of the first level, such as "n, plural, one {# node} other {# nodes}". */
function braced(text: string): readonly string[] {
  const ends = [...text.matchAll(/[{}]/g)]
  let depth = 0
  let start = 0
  return ends.flatMap(({ 0: brace, index }) => {
    if (brace === "{" && depth++ === 0) start = index + 1
    return brace === "}" && --depth === 0 ? [text.slice(start, index)] : []
  })
}
/** Names of an ICU message's arguments, those inside of its branches too. */
const argumentsOf = (message: string): readonly string[] =>
  braced(message).flatMap((inside) => {
    const [name = "", kind] = inside.split(",").map((part) => part.trim())
    const branches = kind === "plural" || kind === "select" || kind === "selectordinal" ? braced(inside) : []
    return [name, ...branches.flatMap(argumentsOf)]
  })
const named = (message: string) => [...new Set(argumentsOf(message))].toSorted()

const [en, ja] = [new Map(leaves(messagesOf("en"))), new Map(leaves(messagesOf("ja")))]

test("the arguments of a message are found, and words of its branches are none", () => {
  expect(named("{a} of {n, plural, one {# {what}} other {many}}, {b}")).toEqual(["a", "b", "n", "what"])
})
test("both languages have the same words to say", () => {
  expect([...ja.keys()].toSorted()).toEqual([...en.keys()].toSorted())
})
test("no message is empty, and every brace is closed", () => {
  const wrong = [...en, ...ja].filter(([, text]) => text.trim() === "" || text.split("{").length !== text.split("}").length)
  expect(wrong).toEqual([])
})
test("both languages fill in the same parameters", () => {
  const other = [...en].filter(([key, text]) => named(text).join() !== named(ja.get(key) ?? "").join())
  expect(other.map(([key, text]) => `${key}: ${named(text)} / ${named(ja.get(key) ?? "")}`)).toEqual([])
})
