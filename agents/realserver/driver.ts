import type { Driver } from "../contract"
import { realServerState } from "./facts"
import { hold, quiet, redirect, release, unredirect } from "./operations"
import { RealServerDefinition } from "./schema"

export { arpAnswers, realServerState } from "./facts"
export { isQuiet } from "./operations"

/** How a Linux machine takes packets for a service address that is the director's. What is to be done is the balancer's plan. */
export const driver: Driver<RealServerDefinition> = {
  name: "realserver",
  definition: RealServerDefinition,
  facts: (definitions) => (definitions.length > 0 ? [realServerState] : []),
  operations: [quiet, hold, release, redirect, unredirect],
  plan: () => [],
}
