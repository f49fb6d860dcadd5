import type { Caution, ImportNote } from "../../lib/domain/balancer-import"
import type { Pair, Section } from "./text"

/** What becomes of the lines: each key is asked for once, and what nobody asked for is left over. */
export type Reader = {
  readonly verbatim: ImportNote[]
  readonly notUnderstood: ImportNote[]
  readonly cautions: Caution[]
  readonly lines: Map<string, number>
  understood: number
}
export const reader = (): Reader => ({ verbatim: [], notUnderstood: [], cautions: [], lines: new Map(), understood: 0 })

/** Names of services as Piranha asks for them. */
const ports: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ftp: 21,
  smtp: 25,
  domain: 53,
  ssh: 22,
  pop3: 110,
  imap: 143,
  ldap: 389,
  squid: 3128,
  mysql: 3306,
}
/** C's strtol with base 0: 010 is 8, 0x10 is 16. */
export function numberIn(word: string | undefined): number | undefined {
  if (word === undefined || !/^(?:0x[0-9a-f]{1,8}|[0-9]{1,10})$/i.test(word)) return undefined
  return /^0[0-7]+$/.test(word) ? Number.parseInt(word, 8) : Number(word)
}
export const portIn = (word: string | undefined): number | undefined =>
  numberIn(word) ?? (word !== undefined && Object.hasOwn(ports, word) ? ports[word] : undefined)
/** 255.255.255.0 → 24; undefined for a mask with holes. */
export function prefixOf(mask: string | undefined): number | undefined {
  if (mask === undefined || !/^(?:\d{1,3}\.){3}\d{1,3}$/.test(mask)) return undefined
  const bits = mask
    .split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0"))
    .join("")
  return /^1*0*$/.test(bits) && bits.length === 32 ? (bits.indexOf("0") < 0 ? 32 : bits.indexOf("0")) : undefined
}
/** What a section says, by key; the last of two counts, as in Piranha. */
export type Asked = {
  /** All the words of a key, which counts as understood. */
  readonly words: (key: string, path?: string) => readonly string[] | undefined
  /** The value as `read` takes it; what it does not take is told, with the reason. */
  readonly value: <T>(key: string, read: (word: string) => T | undefined, what: string, path?: string) => T | undefined
  /** Comments for what has no successor, once all has been asked for. */
  readonly left: (known: readonly string[]) => readonly { readonly text: string; readonly before: string }[]
}
export function ask(section: Section, into: Reader): Asked {
  const pairs = new Map(section.pairs.map((pair) => [pair.key, pair]))
  const done = new Set<Pair>()
  const find = (key: string, path: string | undefined): Pair | undefined => {
    const pair = pairs.get(key)
    if (!pair || done.has(pair)) return pair
    done.add(pair)
    into.understood++
    if (path !== undefined) into.lines.set(path, pair.line)
    return pair
  }
  return {
    words: (key, path) => find(key, path)?.words,
    value: (key, read, what, path) => {
      const pair = find(key, path)
      const value = pair && read(pair.words[0] ?? "")
      if (pair && value === undefined) {
        into.understood--
        into.notUnderstood.push({ line: pair.line, text: pair.text, reason: `${pair.words[0]} is no ${what}` })
      }
      return value
    },
    left: (known) => {
      const rest = section.pairs.filter((pair) => !done.has(pair))
      for (const { line, text, key } of rest)
        if (known.includes(key) || pairs.get(key)?.line !== line) into.verbatim.push({ line, text })
        else into.notUnderstood.push({ line, text, reason: `${key} is no word of lvs.cf here` })
      into.notUnderstood.push(...section.strange)
      const said = [
        ...section.comments,
        ...rest.map(({ text }) => `# lvs.cf: ${text}`),
        ...section.strange.map(({ text }) => `# lvs.cf: ${text}`),
      ]
      return said.map((text) => ({ text, before: "" }))
    },
  }
}
