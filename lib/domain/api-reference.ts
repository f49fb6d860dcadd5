import type { RequiredRole } from "./roles"

/** One field of an input: a dotted path, `[]` for each of a list. */
export type ApiField = { readonly path: string; readonly type: string; readonly isRequired: boolean }
/** One verb as `/api/docs` shows it. */
export type ApiEntry = {
  readonly name: string
  readonly method: "GET" | "POST"
  readonly path: string
  readonly role: RequiredRole
  readonly fields: readonly ApiField[]
  /** Input → output, as lib/verbs/API.md says it. */
  readonly answer: string
}
