import { report } from "../domain/report"
import { Refused } from "../verbs/verb"

const MAX_KIB = 256
const larger: readonly (readonly [RegExp, number])[] = [
  // A cluster.conf of 1 MiB as a JSON string, every quote and newline of it escaped.
  [/\/conf\/(?:preview|import)$/, 2_048],
  // A thousand virtual servers with ten real servers each, or the file that has them.
  [/\/(?:plan\/balancer|balancer\/(?:read|tryCheck))$/, 8_192],
]
export const bodyMaxKib = (url: string): number => larger.find(([path]) => path.test(new URL(url).pathname))?.[1] ?? MAX_KIB
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
