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
test("a deeper check that says no takes what the plain one says; what it has not said takes nothing", () => {
  const { addresses: _a, type: _t, ...db } = resource("db", { params: { deepChecks: [{ depth: 10, everyMs: 60_000 }] } })
  const deep: ServiceDefinition = {
    ...service("h1"),
    resources: [{ ...db, params: { deepChecks: [{ depth: 10, everyMs: 60_000 }] }, isShared: false }],
  }
  const says = (answers: Readonly<Record<string, string>>): Inventory["facts"] => ({
    ...facts({ state: "unknown" }),
    reading: (_, _node, name) => (answers[name] === undefined ? { state: "unknown" } : { state: "fresh", value: { state: answers[name] } }),
  })
  expect(freshStates(says({ "ocf.monitor:db": "started" }), "c", "h1", deep)).toEqual({ db: "started" })
  expect(freshStates(says({ "ocf.monitor:db": "started", "ocf.monitor:db@10": "failed" }), "c", "h1", deep)).toEqual({ db: "failed" })
  expect(freshStates(says({ "ocf.monitor:db": "stopped", "ocf.monitor:db@10": "failed" }), "c", "h2", deep)).toEqual({ db: "stopped" })
})
