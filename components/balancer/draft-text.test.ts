import { expect, test } from "vitest"
import { kinds, parsed, printed } from "./draft-text"
import cases from "./draft-text.cases.json"

test.each(cases)("$text as $kind", ({ kind, text, value, wrong }) => {
  const as = kinds.find((one) => one === kind)
  if (!as) throw new Error(kind)
  expect(parsed(as, text)).toEqual(wrong ? { ok: false } : { ok: true, value })
})
test.each(kinds)("nothing typed into a field of %s is nothing said, and what is printed is read back the same", (kind) => {
  expect(parsed(kind, "  ")).toEqual({ ok: true, value: undefined })
  for (const { value, ...one } of cases.filter((each) => each.kind === kind && !each.wrong))
    expect(parsed(kind, printed(kind, value)), one.text).toEqual({ ok: true, value })
})
