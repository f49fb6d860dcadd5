import fc from "fast-check"
import { expect, test } from "vitest"
import { dead, down, ordered, request, up } from "../../domain/request.fixture"
import { newStatus, type ServiceState, type States } from "../../domain/service"
import { cellsOf, refusalFor } from "./cells"

const names = ["h1", "h2", "h3"] as const
const anyStates = fc.constantFrom<States | undefined>(up, down, dead, undefined)
test("a cell offers exactly what the planner would take, whatever the situation", () =>
  fc.assert(
    fc.property(
      fc.constantFrom<ServiceState>("started", "stopped", "disabled", "recoverable", "failed", "blocked", "uninitialized", "starting"),
      fc.constantFrom(...names, undefined),
      fc.tuple(anyStates, anyStates, anyStates),
      fc.record({
        isFrozen: fc.boolean(),
        isLocked: fc.boolean(),
        isQuorate: fc.boolean(),
        isExclusive: fc.boolean(),
        restricted: fc.boolean(),
      }),
      fc.constantFrom("nothing" as const, "services" as const, "exclusive" as const),
      fc.constantFrom(...names, undefined),
      (state, owner, seen, { isExclusive, restricted, ...flags }, runs, out) => {
        const states = Object.fromEntries(names.flatMap((n, i) => (seen[i] ? [[n, seen[i]] as const] : [])))
        const domain = ordered({ h1: 1, h2: 2 }, { restricted })
        const candidates = names.map((node) => ({ node, runs: node === "h2" ? runs : ("nothing" as const), isInMaintenance: node === out }))
        const base = request({ state, owner, states, domain, candidates, ...flags })
        const situation = { ...base, service: { ...base.service, isExclusive } }
        const definition = { ...situation.service, id: "s", domain: "web", resources: [], status: { ...newStatus(0), state, owner } }
        const nodes = names.map((name) => ({ name, state: name in states ? ("online" as const) : ("lost" as const) }))
        for (const cell of cellsOf(definition, situation, nodes, { next: undefined, readiness: undefined })) {
          if (cell.kind === "can") expect(refusalFor(situation, cell.action, cell.node)).toBeUndefined()
          if (cell.kind !== "notNow" || cell.why.code.startsWith("node.")) continue
          const action = ["stopped", "disabled", "uninitialized"].includes(state) || owner === undefined ? "start" : "relocate"
          expect(refusalFor(situation, action, cell.node)?.code).toBe(cell.why.code)
        }
      },
    ),
    { numRuns: 3_000 },
  ))
