/** Something that can be found or done. The first of its words is shown; all of them are matched, in whatever language. */
export type Command = { readonly id: string; readonly words: readonly string[]; readonly run: () => void }

type Words = Pick<Command, "words">
export type Indexed<T> = { readonly item: T; readonly text: string; readonly starts: readonly string[] }
const plain = (text: string) => text.normalize("NFKC").toLowerCase()
/** Made once, matched at every key. */
export const indexed = <T extends Words>(items: readonly T[]): readonly Indexed<T>[] =>
  items.map((item) => ({ item, text: plain(item.words.join("\n")), starts: item.words.map(plain) }))

/** Words as they were typed: Japanese has no spaces between them and Latin names, and its particles say nothing here. */
export const typedWords = (typed: string): readonly string[] =>
  plain(typed)
    .split(/[\s→·「」、]+|(?<=[!-~])(?=[^\s!-~])|(?<=[^\s!-~])(?=[!-~])/)
    .flatMap((word) => (/^[!-~]/.test(word) ? [word] : word.split(/[をにへのでと]/)))
    .filter(Boolean)

/** All words that were typed, in any order; what begins with the first of them before the others. */
export function found<T>(items: readonly Indexed<T>[], typed: string): readonly T[] {
  const wanted = typedWords(typed)
  const [first = ""] = wanted
  const whole = plain(typed).trim()
  const rank = ({ text, starts }: Indexed<T>): number => {
    if (!wanted.every((word) => text.includes(word))) return -1
    return starts.includes(whole) ? 3 : starts.some((start) => start.startsWith(first)) ? 2 : 1
  }
  return items
    .map((one) => ({ item: one.item, rank: rank(one) }))
    .filter((one) => one.rank >= 0)
    .sort((a, b) => b.rank - a.rank)
    .map(({ item }) => item)
}
