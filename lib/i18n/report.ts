type Params = Readonly<Record<string, string>>
/** A translator that is asked for keys that come from elsewhere: `has` first. */
type Loose = { (key: never, params?: never): string; readonly has: (key: never) => boolean }
/** Parameters that may be codes themselves, and where their words are. */
const coded = { state: "states", because: "score", why: "why", detail: "errors" } as const

/** A report in words; parameters that are codes are put into words first. An unknown code shows itself. */
export const reportWith =
  (t: Loose) =>
  ({ code, params }: { readonly code: string; readonly params: Params }): string => {
    const said = Object.entries(coded).flatMap(([name, area]) => {
      const key = `common.${area}.${params[name]}` as never // any code: asked by has
      return params[name] && t.has(key) ? [[name, t(key)]] : []
    })
    const key = `reports.${code}` as never // as above
    return t.has(key) ? t(key, { ...params, ...Object.fromEntries(said) } as never) : code
  }
