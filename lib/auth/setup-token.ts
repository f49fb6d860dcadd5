import { createHash, randomBytes, timingSafeEqual } from "node:crypto"
import type { Db } from "../db/client"

const KEY = "setupTokenHash"
const hashOf = (token: string): Buffer => createHash("sha256").update(token).digest()
const hasAdmin = async (db: Db): Promise<boolean> => (await db.user.count({ where: { role: "admin" } })) > 0

/** For the console, while nobody is admin: a new one-time token each start; only its hash is kept. */
export async function setupLine(db: Db, url: string): Promise<string | undefined> {
  if (await hasAdmin(db)) {
    await db.setting.deleteMany({ where: { key: KEY } })
    return undefined
  }
  const token = randomBytes(18).toString("base64url")
  const value = hashOf(token).toString("hex")
  await db.setting.upsert({ where: { key: KEY }, create: { key: KEY, value }, update: { value } })
  return `Nobody is admin yet. Open ${url}/setup and give this token, which works once: ${token}`
}
/** False for a wrong token, and for any once there is an admin. */
export async function isSetupToken(db: Db, token: string): Promise<boolean> {
  const row = await db.setting.findUnique({ where: { key: KEY } })
  if (!row || (await hasAdmin(db))) return false
  return timingSafeEqual(Buffer.from(row.value, "hex"), hashOf(token))
}
/** Uses the token up: of two at once only one may make the admin. */
export const useSetupToken = async (db: Pick<Db, "setting">): Promise<boolean> =>
  (await db.setting.deleteMany({ where: { key: KEY } })).count === 1
