import { decodeXml } from "../../agents/cluster-conf/encoding"

/** Far more than a cluster.conf may have, so that an endless file ends; what is longer is refused by its reader. */
const BYTES_MAX = 8 * 1024 * 1024
/** All of a stream, by the encoding that it declares. @throws Error for bytes that are no text; its cause is the refusal */
export async function textIn(stream: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stream) {
    chunks.push(Buffer.from(chunk))
    length += chunk.length
    if (length > BYTES_MAX) return Buffer.concat(chunks).toString("latin1")
  }
  const text = decodeXml(Buffer.concat(chunks))
  if (!text.ok) throw new Error(text.error.text, { cause: text.error })
  return text.value
}
