import { mkdir, readFile, rename, writeFile } from "node:fs/promises"
import { homedir } from "node:os"
import { dirname, join } from "node:path"
import { Ended, exits } from "./exit"

export type Config = { readonly url: string; readonly token: string }
/** By hand: a parser of everything would take longer to load than the rest of a command. */
function isConfig(value: unknown): value is Config {
  if (typeof value !== "object" || value === null || !("url" in value && "token" in value)) return false
  const { url, token } = value
  return (
    typeof url === "string" && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) && typeof token === "string" && token !== ""
  )
}
type Env = Readonly<Record<string, string | undefined>>

/** $XDG_CONFIG_HOME/moyai/config.json; ~/.config without it. */
export const configFile = (env: Env): string => join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), ".config"), "moyai", "config.json")

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
async function stored(env: Env): Promise<Partial<Config>> {
  const file = configFile(env)
  const text = await readFile(file, "utf8").catch(() => undefined)
  if (text === undefined) return {}
  const known = parsed(text)
  if (isConfig(known)) return known
  throw new Ended(exits.usage, `${file} is not what \`moyai login\` writes. Log in again, or remove it.`)
}
/** MOYAI_URL and MOYAI_TOKEN come before what was stored by a login. A stored token goes to the panel that gave it, and to no other. @throws Ended */
export async function accessOf(env: Env): Promise<{ readonly url: string; readonly token: string | undefined }> {
  const { MOYAI_URL: url, MOYAI_TOKEN: token } = env
  if (url && token) return { url, token }
  const known = await stored(env)
  const at = url || known.url
  if (at === undefined) throw new Ended(exits.notAllowed, "not logged in. Log in by `moyai login URL`, or set MOYAI_URL and MOYAI_TOKEN.")
  if (!URL.canParse(at)) throw new Ended(exits.usage, `MOYAI_URL=${at} is no URL`)
  const isKnown = known.url !== undefined && new URL(known.url).origin === new URL(at).origin
  return { url: at, token: token || (isKnown ? known.token : undefined) }
}
/** Written at once or not at all, for nobody else to read. */
export async function saveConfig(env: Env, config: Config): Promise<string> {
  const file = configFile(env)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(`${file}.new`, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 })
  await rename(`${file}.new`, file)
  return file
}
