import { expect, test } from "vitest"
import type { ServiceDefinition } from "../db/definitions"
import type { Reading } from "../domain/observed"
import { service as planned, resource, status } from "../domain/request.fixture"
import type { Inventory } from "../inventory/inventory"
import { freshStates } from "./situation"

const { addresses: _, type: _type, ...httpd } = resource("httpd")
const service = (owner: string | undefined): ServiceDefinition => ({
  ...planned({ resources: [] }),
  ...{ id: "s", domain: undefined, status: status("started", { owner }) },
  resources: [{ ...httpd, params: {}, isShared: false }],
})
const facts = (reading: Reading<unknown>): Inventory["facts"] => ({ get: () => undefined, all: () => [], reading: () => reading })
const absent = facts({ state: "fresh", value: { state: "stopped", detail: "not installed", isAbsent: true } })

test("'not installed' is believed of a member that never had the service, and proves nothing of its owner", () => {
  expect(freshStates(absent, "c", "h3", service("h1"))).toEqual({ httpd: "stopped" })
  expect(freshStates(absent, "c", "h1", service("h1"))).toEqual({ httpd: "failed" })
})
test("what is stale, unknown or of another shape decides nothing", () => {
  const value = { state: "started", detail: "" }
  expect(freshStates(facts({ state: "stale", value }), "c", "h1", service("h1"))).toBeUndefined()
  expect(freshStates(facts({ state: "unknown" }), "c", "h1", service("h1"))).toBeUndefined()
  expect(freshStates(facts({ state: "fresh", value: "started" }), "c", "h1", service("h1"))).toBeUndefined()
  expect(freshStates(facts({ state: "fresh", value }), "c", "h1", service("h1"))).toEqual({ httpd: "started" })
})
