/** All words that were typed, in any order; what begins with them first. */
export function found<T extends { readonly words: string }>(items: readonly T[], typed: string): readonly T[] {
  const wanted = typed.trim().toLowerCase().split(/\s+/).filter(Boolean)
  const rank = ({ words }: T): number => {
    const text = words.toLowerCase()
    if (!wanted.every((word) => text.includes(word))) return -1
    const [first = ""] = wanted
    return text === wanted.join(" ") ? 3 : text.startsWith(first) ? 2 : 1
  }
  return items
    .map((item) => ({ item, rank: rank(item) }))
    .filter((one) => one.rank >= 0)
    .sort((a, b) => b.rank - a.rank)
    .map(({ item }) => item)
}
