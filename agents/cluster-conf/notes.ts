/** Something that could not be taken over, and why; lines count from 1, 0 is what no file has. */
export type Note = { readonly line: number; readonly code: string; readonly text: string }

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800, y: 31_536_000 }
/** rgmanager's durations: 300, 5m, 1h30m (service-manager.md §2.1). @returns ms; undefined when it is none. */
export function durationMs(text: string): number | undefined {
  if (!/^(?:\d{1,9}[smhdwy]?)+$/i.test(text)) return undefined
  const seconds = [...text.matchAll(/(\d+)([smhdwy]?)/gi)].map(
    ([, count, unit]) => Number(count) * (units[unit?.toLowerCase() || "s"] ?? 1),
  )
  return seconds.reduce((sum, s) => sum + s, 0) * 1_000
}
/** Whole seconds, rounded up: nothing becomes shorter. */
export const secondsOf = (ms: number): string => String(Math.ceil(ms / 1_000))

/** A name that the panel takes (letters, digits, `_ . -`, 64 at most) and that is not taken yet. */
export function freeName(wanted: string, kind: string, taken: ReadonlySet<string>): string {
  const clean = (text: string) =>
    text
      .replace(/[^\w.-]/g, "_")
      .replace(/^[^A-Za-z0-9]+/, "")
      .slice(0, 56)
  const plain = clean(wanted) || clean(kind) || "x"
  const [typed, free] = [clean(`${kind}-${wanted}`), (name: string) => name !== "" && !taken.has(name)]
  if (free(plain) || free(typed)) return free(plain) ? plain : typed
  let count = 2
  while (taken.has(`${plain}-${count}`)) count += 1
  return `${plain}-${count}`
}
