import { expect, test } from "vitest"
import { contentSecurityPolicy, securityHeaders } from "./csp"

const policy = new Map(
  contentSecurityPolicy("bm9uY2U")
    .split("; ")
    .map((line) => [line.split(" ")[0], line.split(" ").slice(1)]),
)

test("scripts run by this request's nonce alone", () => {
  const script = policy.get("script-src") ?? []
  expect(script).toContain("'nonce-bm9uY2U'")
  for (const hole of ["'unsafe-inline'", "'unsafe-eval'", "'unsafe-hashes'", "*", "data:", "http:", "https:"])
    expect(script).not.toContain(hole)
})
test.each([
  ["frame-ancestors", ["'none'"]],
  ["object-src", ["'none'"]],
  ["base-uri", ["'none'"]],
  ["default-src", ["'self'"]],
  ["connect-src", ["'self'"]],
  ["form-action", ["'self'"]],
])("%s is %j", (directive, sources) => expect(policy.get(directive)).toEqual(sources))
test("no directive is there twice: a browser would heed the first only", () => {
  expect(policy.size).toBe(contentSecurityPolicy("x").split(";").length)
})
test("no frame may hold the panel, no type is guessed, and HTTPS is kept only where it is", () => {
  const headers = securityHeaders("x", false)
  expect(headers).toMatchObject({
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
  })
  expect(headers).not.toHaveProperty("strict-transport-security")
  expect(securityHeaders("x", true)["strict-transport-security"]).toMatch(/^max-age=\d{7,}/)
})
