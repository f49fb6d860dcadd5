import { quoted } from "./words"

/** `used`: how many of the words; keepalived ignores the others. */
export type Read = { readonly ok: true; readonly value: unknown; readonly used: number } | { readonly ok: false; readonly reason: string }
/** Words after a keyword ↔ a field of the model. `write` gives text, quoted where needed; undefined: nothing is written. */
export type Codec = { readonly read: (words: readonly string[]) => Read; readonly write: (value: unknown) => string | undefined }

export const good = (value: unknown, used = 1): Read => ({ ok: true, value, used })
export const bad = (reason: string): Read => ({ ok: false, reason })
const first = (words: readonly string[], read: (word: string) => Read): Read => {
  const [word] = words
  return word === undefined ? bad("a value is missing") : read(word)
}
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : [])
export const numberIn = (word: string | undefined): number | undefined =>
  word !== undefined && /^[+-]?\d{1,15}$/.test(word) ? Number(word) : undefined

export const whole: Codec = {
  read: (words) =>
    first(words, (word) => {
      const value = numberIn(word)
      return value === undefined ? bad(`${word} is no whole number`) : good(value)
    }),
  write: (value) => String(value),
}
/** Seconds with up to six decimals. */
export const seconds: Codec = {
  read: (words) =>
    first(words, (word) => (/^\d{1,10}(?:\.\d{1,6})?$/.test(word) ? good(Number(word)) : bad(`${word} is no number of seconds`))),
  write: (value) => String(value),
}
export const text: Codec = { read: (words) => first(words, good), write: (value) => quoted(String(value)) }
/** All the words as one, such as the bytes of a UDP payload. */
export const phrase: Codec = {
  read: (words) => good(words.join(" "), words.length),
  write: (value) => (value === "" ? "" : quoted(String(value))),
}
export const list: Codec = {
  read: (words) => (words.length === 0 ? bad("a value is missing") : good([...words], words.length)),
  write: (value) => texts(value).map(quoted).join(" "),
}
const yes = ["on", "true", "yes"]
const no = ["off", "false", "no"]
/** Alone it is yes. */
export const flag: Codec = {
  read: ([word]) => {
    if (word === undefined) return good(true, 0)
    const said = word.toLowerCase()
    return yes.includes(said) || no.includes(said) ? good(yes.includes(said)) : bad(`${word} is neither on nor off`)
  },
  write: (value) => (value === true ? "" : "off"),
}
/** There or not; keepalived reads no word behind it. */
export const presence: Codec = { read: () => good(true, 0), write: (value) => (value === true ? "" : undefined) }
export const oneOf = (known: Readonly<Record<string, string>>): Codec => ({
  read: (words) =>
    first(words, (word) => (known[word] === undefined ? bad(`${word} is none of ${Object.keys(known).join(", ")}`) : good(known[word]))),
  write: (value) => Object.keys(known).find((word) => known[word] === value),
})
/** `"path arguments" [user [group]]` */
export const script: Codec = {
  read: ([command, user, group]) => {
    if (command === undefined) return bad("a path is missing")
    return good(
      { command, ...(user === undefined ? {} : { user }), ...(group === undefined ? {} : { group }) },
      1 + Number(user !== undefined) + Number(group !== undefined),
    )
  },
  write: (value) =>
    isRecord(value)
      ? [value.command, value.user, value.group]
          .filter((one) => one !== undefined)
          .map((one) => quoted(String(one)))
          .join(" ")
      : undefined,
}
/** Words by their place, the later ones optional. */
export const placed = (...fields: readonly (readonly [string, Codec])[]): Codec => ({
  read: (words) => {
    let value: Readonly<Record<string, unknown>> = {}
    for (const [at, [name, codec]] of fields.entries()) {
      if (words[at] === undefined && at > 0) return good(value, at)
      const read = codec.read(words.slice(at, at + 1))
      if (!read.ok) return read
      value = { ...value, [name]: read.value }
    }
    return good(value, fields.length)
  },
  write: (value) =>
    isRecord(value)
      ? fields
          .filter(([name]) => value[name] !== undefined)
          .map(([name, codec]) => codec.write(value[name]))
          .join(" ")
      : undefined,
})
/** `NAME [keyword value]…`: the first words by place, the others by their names in any order. */
export const withOptions = (head: Codec, options: Readonly<Record<string, readonly [string, Codec]>>): Codec => ({
  read: (words) => {
    const begin = head.read(words)
    if (!begin.ok) return begin
    return optionsIn(words, begin.used, isRecord(begin.value) ? begin.value : {}, options)
  },
  write: (value) => {
    if (!isRecord(value)) return undefined
    const said = Object.entries(options).flatMap(([word, [name, codec]]) => {
      const written = value[name] === undefined ? undefined : codec.write(value[name])
      return written === undefined ? [] : [`${word} ${written}`.trim()]
    })
    return [head.write(value) ?? "", ...said].join(" ").trim()
  },
})
function optionsIn(
  words: readonly string[],
  from: number,
  begin: object,
  options: Readonly<Record<string, readonly [string, Codec]>>,
): Read {
  let value = begin
  let at = from
  while (at < words.length) {
    const word = words[at] ?? ""
    const option = Object.hasOwn(options, word) ? options[word] : undefined
    if (!option) return bad(`${word} is unknown here`)
    const [name, codec] = option
    const read = codec.read(codec === presence ? [] : words.slice(at + 1, at + 2))
    if (!read.ok) return read
    value = { ...value, [name]: read.value }
    at += 1 + read.used
  }
  return good(value, at)
}
