import { report } from "../domain/report"
import { Refused } from "../verbs/verb"

const MAX_KIB = 256
/** A cluster.conf of 1 MiB as a JSON string, every quote and newline of it escaped. */
const CONF_MAX_KIB = 2_048
export const bodyMaxKib = (url: string): number => (/\/conf\/(?:preview|import)$/.test(new URL(url).pathname) ? CONF_MAX_KIB : MAX_KIB)
const isJson = (type: string | null) => /^application\/json *(;|$)/i.test(type ?? "")

/** The body as it came, `{}` for none. @throws Refused 400, 413, 415 */
export async function readBody(request: Request): Promise<string> {
  const text = await readText(request)
  if (text.trim() === "") return "{}"
  if (!isJson(request.headers.get("content-type"))) throw new Refused(415, [report("notJson")])
  try {
    JSON.parse(text)
  } catch {
    throw new Refused(400, [report("notJson")])
  }
  return text
}
/** No more than the limit is ever held, whatever its header says. */
async function readText({ body, url }: Request): Promise<string> {
  const max = bodyMaxKib(url)
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of body ?? []) {
    size += part.byteLength
    if (size > max * 1_024) throw new Refused(413, [report("tooLarge", { max: String(max) })])
    parts.push(part)
  }
  return new TextDecoder().decode(Buffer.concat(parts))
}
