import fc from "fast-check"
import { expect, test } from "vitest"
import { ownPath } from "./own-path"

test.each([
  ["/c/x/nodes/h3?open=confirm", "/c/x/nodes/h3?open=confirm"],
  ["/settings", "/settings"],
  ["/settings/audit?page=2", "/settings/audit?page=2"],
  ["/clusters/new", "/clusters/new"],
  ["", "/"],
  [undefined, "/"],
  ["/login", "/"],
  ["//evil.example/c/", "/"],
  ["/c/\\\\evil.example", "/c///evil.example"],
  ["https://evil.example/c/x", "/"],
  ["javascript:alert(1)", "/"],
  ["/c/../..//evil.example", "/"],
] as const)("%j leads to %s", (wanted, path) => expect(ownPath(wanted)).toBe(path))
test("whatever is asked for, it stays with the panel", () =>
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.webUrl(),
        fc.webPath(),
        fc.string().map((s) => `/c/${s}`),
      ),
      (wanted) => {
        const url = new URL(ownPath(wanted), "https://panel.example")
        expect(url.origin).toBe("https://panel.example")
        expect(ownPath(wanted).startsWith("//")).toBe(false)
      },
    ),
    { numRuns: 2_000 },
  ))
