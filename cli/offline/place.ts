import type { Score } from "../../lib/domain/placement"
import type { Result } from "./result"

/** What runs at the moment: the nodes that are online, and each started service with its owner. */
export type Running = { readonly online: readonly string[]; readonly owners: Readonly<Record<string, string>> }
/** The JSON of `moyai services place`. */
export type Placement = {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly scores: Readonly<Record<string, Score>>
        readonly candidates: readonly string[]
        readonly reasons: Readonly<Record<string, string>>
      }
    >
  >
}
export const place = (_text: string, _running: Running): Result<Placement> => ({ ok: true, value: { services: {} } })
