/** How a value of the model is written in a field, and what of a text is one. What is not stays a text, with its error. */
export const kinds = ["whole", "seconds", "words", "codes", "peers", "tracked", "addresses", "members"] as const
export type Kind = (typeof kinds)[number]
type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false }
type Codec = { readonly print: (value: unknown) => string; readonly parse: (text: string) => Parsed }

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null
const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const good = (value: unknown): Parsed => ({ ok: true, value })
const bad: Parsed = { ok: false }
const shown = (value: unknown): string => (value === undefined || value === null ? "" : String(value))
const number = (form: RegExp, isGood: (n: number) => boolean): Codec => ({
  print: shown,
  parse: (text) => (form.test(text) && isGood(Number(text)) ? good(Number(text)) : bad),
})
const split = (text: string, between: RegExp): readonly string[] =>
  text
    .split(between)
    .map((part) => part.trim())
    .filter(Boolean)
const each = (parts: readonly string[], one: (part: string) => Fields | undefined): Parsed => {
  const all = parts.map(one)
  return all.every((found) => found !== undefined) ? good(all) : bad
}
const said = (fields: Fields): Fields => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

const codes: Codec = {
  print: (value) =>
    listed(value)
      .map((one) => (isFields(one) ? (one.from === one.to ? shown(one.from) : `${shown(one.from)}-${shown(one.to)}`) : ""))
      .join(" "),
  parse: (text) =>
    each(split(text, /[\s,]+/), (part) => {
      const [, from, to = from] = /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(part) ?? []
      return from === undefined ? undefined : { from: Number(from), to: Number(to) }
    }),
}
const peers: Codec = {
  print: (value) =>
    listed(value)
      .map((one) =>
        isFields(one)
          ? [
              shown(one.address),
              ...(one.minTtl === undefined ? [] : ["min_ttl", shown(one.minTtl)]),
              ...(one.maxTtl === undefined ? [] : ["max_ttl", shown(one.maxTtl)]),
            ].join(" ")
          : "",
      )
      .join("\n"),
  parse: (text) =>
    each(split(text, /[\n,]+/), (part) => {
      const [, address, min, max] = /^(\S+)(?: +min_ttl +(\d{1,3}))?(?: +max_ttl +(\d{1,3}))?$/.exec(part) ?? []
      return address === undefined
        ? undefined
        : said({ address, minTtl: min === undefined ? undefined : Number(min), maxTtl: max === undefined ? undefined : Number(max) })
    }),
}
const tracked: Codec = {
  print: (value) =>
    listed(value)
      .map((one) =>
        isFields(one)
          ? [
              shown(one.name),
              ...(one.weight === undefined ? [] : ["weight", shown(one.weight)]),
              ...(one.reverse === true ? ["reverse"] : []),
            ].join(" ")
          : "",
      )
      .join("\n"),
  parse: (text) =>
    each(split(text, /[\n,]+/), (part) => {
      const [, name, weight, reverse] = /^(\S+)(?: +weight +(-?\d{1,3}))?( +reverse)?$/.exec(part) ?? []
      return name === undefined
        ? undefined
        : said({ name, weight: weight === undefined ? undefined : Number(weight), reverse: reverse === undefined ? undefined : true })
    }),
}
const printAddress = (one: Fields): string =>
  [
    shown(one.address) + (one.prefix === undefined ? "" : `/${shown(one.prefix)}`),
    ...(one.interface === undefined ? [] : ["dev", shown(one.interface)]),
    ...(one.label === undefined ? [] : ["label", shown(one.label)]),
    ...listed(one.options).map(shown),
  ].join(" ")
function parseAddress(part: string): Fields | undefined {
  const [, address, prefix, more = ""] = /^([^\s/]+)(?:\/(\d{1,3}))?((?: .*)?)$/.exec(part) ?? []
  if (address === undefined) return undefined
  const [, dev, label, rest = ""] = /^(?: +dev +(\S+))?(?: +label +(\S+))?(.*)$/.exec(more) ?? []
  const options = split(rest, / +/)
  return said({
    ...{ address, prefix: prefix === undefined ? undefined : Number(prefix), interface: dev, label },
    options: options.length > 0 ? options : undefined,
  })
}
const addresses: Codec = {
  print: (value) =>
    listed(value)
      .map((one) => (isFields(one) ? printAddress(one) : ""))
      .join("\n"),
  parse: (text) => each(split(text, /[\n,]+/), parseAddress),
}
const printMember = (one: Fields): string =>
  one.mark === undefined
    ? [shown(one.addresses), ...(one.port === undefined ? [] : [shown(one.port)])].join(" ")
    : ["fwmark", shown(one.mark), ...(one.family === undefined ? [] : [shown(one.family)])].join(" ")
function parseMember(part: string): Fields | undefined {
  const [, mark, family] = /^fwmark +(\d{1,10})(?: +(inet6?))?$/.exec(part) ?? []
  if (mark !== undefined) return said({ mark: Number(mark), family })
  const [, addresses, port] = /^(\S+)(?: +(\d{1,5}))?$/.exec(part) ?? []
  return addresses === undefined || addresses === "fwmark"
    ? undefined
    : said({ addresses, port: port === undefined ? undefined : Number(port) })
}
/** `10.0.0.1-9 80`, `fwmark 7`: as keepalived writes them. */
const members: Codec = {
  print: (value) =>
    listed(value)
      .map((one) => (isFields(one) ? printMember(one) : ""))
      .join("\n"),
  parse: (text) => each(split(text, /[\n,]+/), parseMember),
}
const codecs: Readonly<Record<Kind, Codec>> = {
  whole: number(/^-?\d+$/, Number.isSafeInteger),
  seconds: number(/^\d+(?:\.\d{1,6})?$/, Number.isFinite),
  words: { print: (value) => listed(value).map(shown).join(" "), parse: (text) => good(split(text, /[\s,]+/)) },
  ...{ codes, peers, tracked, addresses, members },
}
export const printed = (kind: Kind, value: unknown): string => (value === undefined ? "" : codecs[kind].print(value))
/** Nothing typed is nothing said. */
export const parsed = (kind: Kind, text: string): Parsed => (text.trim() === "" ? good(undefined) : codecs[kind].parse(text.trim()))
