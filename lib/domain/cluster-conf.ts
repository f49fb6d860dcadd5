import type { Report } from "./report"

/** It takes effect in the panel; it is known, kept and written back; nobody knows it, and it is kept and written back all the same. */
export const confReadings = ["understood", "verbatim", "notUnderstood"] as const
export type ConfReading = (typeof confReadings)[number]
export type ConfCovered = { readonly line: number; readonly path: string; readonly reading: ConfReading }
/** What could not be taken over, and why; line 0 is what the file does not have. */
export type ConfNote = { readonly line: number; readonly code: string; readonly text: string }

export const confKinds = ["domain", "shared", "service", "fenceDevice", "nodeFencing", "settings"] as const
export type ConfKind = (typeof confKinds)[number]
/** `null` where one side does not have the field; secrets are dots. */
export type ConfDifference = { readonly field: string; readonly panel: string | null; readonly file: string | null }
export type ConfChange = {
  /** For the choices. A conflict's changes with what differs: a decision counts for what was shown. */
  readonly id: string
  readonly kind: ConfKind
  readonly name: string
  readonly what: "new" | "same" | "conflict" | "onlyInPanel"
  /** null of what only the panel has. */
  readonly line: number | null
  readonly differences: readonly ConfDifference[]
  /** Why the panel does not take it from the file as things are; it can be left out by the choice "panel". */
  readonly reports: readonly Report[]
}
export type ConfChoice = "file" | "panel"
export type ConfPreview = {
  readonly cluster: { readonly file: string; readonly panel: string }
  readonly version: number | null
  /** Among `<clusternodes>`, and no members here: they are added first. */
  readonly nodesMissing: readonly string[]
  readonly coverage: readonly ConfCovered[]
  readonly notes: readonly ConfNote[]
  readonly changes: readonly ConfChange[]
}
export type ConfImported = {
  /** Ids of what was taken from the file, in the order in which it was written. */
  readonly taken: readonly string[]
  /** Ids of what the file has otherwise, or as something new, and the panel kept as it was. */
  readonly kept: readonly string[]
  /** New services. None is started: each waits, disabled, until it is enabled; one that already runs is found running. */
  readonly waiting: readonly string[]
  readonly notes: readonly ConfNote[]
}
export type ConfExported = {
  readonly text: string
  /** config_version, one more than that of the imported file. */
  readonly version: number
  /** Without them the file has `SECRET_KEPT` in their places; an import of it leaves the panel's alone. */
  readonly hasSecrets: boolean
  readonly notes: readonly ConfNote[]
}
/** Stands in an exported file where a secret would be. */
export const SECRET_KEPT = "kept-in-moyai"
