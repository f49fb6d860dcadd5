import type { Driver } from "../contract"
import { off, on } from "./operations"
import { FenceDefinition } from "./schema"

export { fenceMetadata, listFenceAgents } from "./metadata"
export { power } from "./operations"
export { isSecretName } from "./schema"

/** Fence agents (Debian's fence-agents, and whatever speaks the same). Nothing is watched: power is asked for when it matters. */
export const driver: Driver<FenceDefinition> = {
  name: "fence",
  definition: FenceDefinition,
  facts: () => [],
  operations: [off, on],
  plan: () => [],
}
