import { startToken } from "../auth/token"
import { type Role, roles } from "../domain/roles"
import { startWorld, type World } from "../server/world.fixture"
import { createDoor } from "./answer"

type Ask = {
  readonly method?: string
  readonly token?: string
  readonly input?: unknown
  /** In place of the input, as it is. */
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}
/** As a program asks: queries by GET with the input in the query, commands by POST. */
function requestOf(path: string, { method = "GET", token, input, body, headers = {} }: Ask): Request {
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const url = `http://panel/api/v1/${path}`
  if (method === "GET") {
    const query = new URLSearchParams(Object.entries(Object(input)).map(([key, value]) => [key, String(value)])).toString()
    return new Request(query === "" ? url : `${url}?${query}`, { headers: { ...authorization, ...headers } })
  }
  const all = { ...authorization, "content-type": "application/json", ...headers }
  return new Request(url, { method, headers: all, body: body ?? JSON.stringify(input ?? {}) })
}
/** A world with somebody of each role, a token of each, and the door for them. */
export async function startDoor() {
  const w: World = await startWorld({ users: true })
  const faults: unknown[] = []
  const door = createDoor(w.engine, (error) => void faults.push(error))
  const tokenFor = async (userId: string, role: Role, days = 1, name = `of ${userId}`) =>
    startToken(w.db, { userId, name, role, days, kind: "settings" }, w.clock.nowMs())
  const tokens = new Map<string, string>()
  for (const role of roles) tokens.set(role, (await tokenFor(role, role)).token)
  const ask = async (path: string, asked: Ask = {}) => {
    const response = await door(requestOf(path, asked))
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: text === "" ? undefined : JSON.parse(text) }
  }
  const tokenOf = (role: Role) => tokens.get(role) ?? ""
  return { w, ask, faults, tokenFor, tokenOf, stop: w.stop }
}
export type Door = Awaited<ReturnType<typeof startDoor>>
