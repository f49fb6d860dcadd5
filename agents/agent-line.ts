const DETAIL_MAX = 300
/** One line of a tool's own words for the eye: no escapes, no control or direction characters, bounded. */
export function lineOf(text: string): string {
  const clean = text
    .slice(0, 4_096)
    .replace(/\p{Cc}\[[0-9;?]*[ -/]*[@-~]/gu, "")
    .replace(/[\p{Cc}\p{Cf}]/gu, " ")
  return clean.replace(/\s+/g, " ").trim().slice(0, DETAIL_MAX)
}
