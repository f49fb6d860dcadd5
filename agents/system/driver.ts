import type { Driver } from "../contract"
import { scheduled } from "./facts"
import { addressIsFree, delay } from "./operations"
import { SystemDefinition } from "./schema"

export { sees } from "./facts"

/** What every Linux node says of itself. It owns nothing, so it never differs from what is wanted. */
export const driver: Driver<SystemDefinition> = {
  name: "system",
  definition: SystemDefinition,
  facts: () => scheduled,
  operations: [addressIsFree, delay],
  plan: () => [],
}
