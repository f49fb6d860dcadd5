import type { Driver } from "../contract"
import { service, version } from "./facts"
import { configure, enable, halt, load, stepDown, takeOver } from "./operations"
import { KeepalivedDefinition } from "./schema"

export { activeState, FILE as path, readConfig, readFaults, service, testConfig } from "./facts"
export { asTable } from "./fit"
export { parseKeepalived } from "./parse"
export { renderKeepalived } from "./render"
export { wholeText } from "./schema"
export { dynamicWeight, shownTrial, trial } from "./trial"
export { whoAnswers } from "./trial-who"

/** keepalived on a director. The panel owns the document, the plan of a balancer makes the steps; nothing is corrected by itself. */
export const driver: Driver<KeepalivedDefinition> = {
  name: "keepalived",
  definition: KeepalivedDefinition,
  facts: (definitions) => (definitions.length > 0 ? [service, version] : []),
  operations: [configure, load, halt, takeOver, stepDown, enable],
  plan: () => [],
}
