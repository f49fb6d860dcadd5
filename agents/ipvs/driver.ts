import type { Driver } from "../contract"
import { kernel, rates, table } from "./facts"
import { forward, loadModule, persist, restore } from "./operations"
import { dropAddress, held, holdAddress } from "./operations-held"
import { mark, marks, unmark } from "./operations-marks"
import { IpvsDefinition } from "./schema"

export { connections, counters } from "./connections"
export { kernel, table } from "./facts"
export { held } from "./operations-held"
export { MARKS as marksPath, marks, renderMarks } from "./operations-marks"
export { readTable } from "./read-table"
export { renderChanges, renderRestore } from "./render-restore"

/** The kernel's balancing table, and ipvsadm for a director without keepalived. The plan of a balancer makes the steps. */
export const driver: Driver<IpvsDefinition> = {
  name: "ipvs",
  definition: IpvsDefinition,
  facts: (definitions) => (definitions.length > 0 ? [table, rates, kernel, marks, held] : []),
  operations: [restore, persist, loadModule, forward, mark, unmark, holdAddress, dropAddress],
  plan: () => [],
}
