import { saveConfig } from "../config"
import { Ended, exits } from "../exit"
import { callVerb } from "../http"
import type { Io } from "../io"
import { type Common, print } from "./context"
import { answered } from "./fence"

type Token = { readonly token: string; readonly role: string; readonly expiresMs: number; readonly user: { readonly name: string } }
type Login = Common & { readonly user?: string; readonly role?: string; readonly days?: number }
/** Name and password for a token, which is kept; the password is not. @throws Ended */
export async function login(io: Io, url: string | undefined, options: Login): Promise<void> {
  const at = url ?? io.env.MOYAI_URL ?? (await answered(io, "URL of the panel: ")).trim()
  if (!URL.canParse(at) || !/^https?:$/.test(new URL(at).protocol)) throw new Ended(exits.usage, `${at} is no http or https URL`)
  const { origin, protocol, hostname } = new URL(at)
  if (protocol === "http:" && !["localhost", "127.0.0.1", "[::1]"].includes(hostname))
    io.err(`${origin} is not encrypted: whoever is in between reads your password.\n`)
  const name = options.user ?? (await answered(io, "User: ")).trim()
  const password = await answered(io, "Password: ", true)
  const { role, days } = options
  const label = `moyai-cli@${io.hostName.replace(/[^\w.-]/g, "")}`.slice(0, 64)
  const said = await callVerb({ url: origin, token: undefined }, "token.login", {
    ...{ name, password, label },
    ...(role === undefined ? {} : { role }),
    ...(days === undefined ? {} : { days }),
  })
  const token = said as Token // docs/api.md
  const file = await saveConfig(io.env, { url: origin, token: token.token })
  const until = new Date(token.expiresMs).toISOString().slice(0, 10)
  const shown = { url: origin, user: token.user.name, role: token.role, expiresMs: token.expiresMs, file }
  print(io, options, shown, `logged in to ${origin} as ${token.user.name} (${token.role}) until ${until}; kept in ${file}\n`)
}
