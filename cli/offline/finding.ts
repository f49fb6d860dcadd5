export type Severity = "error" | "warning" | "info"
export type Finding = {
  /** From 1. */
  readonly line: number
  readonly severity: Severity
  /** Stable; for programs. */
  readonly code: string
  /** For people: what is wrong and what to do. */
  readonly text: string
}
type Make = (at: { readonly line: number }, code: string, text: string) => Finding
const make =
  (severity: Severity): Make =>
  ({ line }, code, text) => ({ line, severity, code, text })
export const error = make("error")
export const warning = make("warning")
export const info = make("info")

/** Those that were there before, each with the first of its kind. */
export const twins = <T>(list: readonly T[], key: (one: T) => string): readonly { readonly one: T; readonly first: T }[] => {
  const firsts = new Map<string, T>()
  return list.flatMap((one) => {
    const first = firsts.get(key(one))
    if (first !== undefined) return [{ one, first }]
    firsts.set(key(one), one)
    return []
  })
}
/** `found` when it holds, else nothing. */
export const when = (holds: boolean, found: () => Finding): readonly Finding[] => (holds ? [found()] : [])
