/** Rows under headings, each column as wide as its widest cell; nothing is cut, control characters are not printed. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const clean = rows.map((row) => heads.map((_, i) => plain(row[i] ?? "")))
  const widths = heads.map((head, i) => Math.max(head.length, ...clean.map((row) => widthOf(row[i] ?? ""))))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell + " ".repeat((widths[i] ?? 0) - widthOf(cell)))
      .join("  ")
      .trimEnd()
  return [heads, ...clean].map((cells) => `${line(cells)}\n`).join("")
}
const widthOf = (text: string): number => [...text].length
/** What others wrote must not move the terminal's cursor. */
export const plain = (text: string): string => text.replace(/\p{Cc}+/gu, " ")

const units = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1_000, "s"],
] as const
/** How long, in one unit: "3 min". */
export function ago(ms: number): string {
  const [size, unit] = units.find(([u]) => ms >= u) ?? [1_000, "s"]
  return `${Math.max(0, Math.floor(ms / size))} ${unit}`
}
/** Local time to the second, as it sorts: 2026-01-31 13:05:09. */
export const timeOf = (ms: number): string =>
  new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 19).replace("T", " ")
