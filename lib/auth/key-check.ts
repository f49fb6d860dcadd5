import type { Db } from "../db/client"
import type { Sealer } from "./seal"

const SETTING = "keyCheck"
const PURPOSE = "key check"

/**
 * For the start: a database that was moved without its key file is told at once, not when the first node is to be reached.
 * @throws Error that says what to do
 */
export async function checkKey(db: Db, { seal, open }: Sealer, keyFile: string): Promise<void> {
  const row = await db.setting.findUnique({ where: { key: SETTING } })
  if (!row) {
    await db.setting.create({ data: { key: SETTING, value: seal(Buffer.from(PURPOSE), PURPOSE) } })
    return
  }
  try {
    open(row.value, PURPOSE)
  } catch {
    throw new Error(
      `MOYAI_KEY_FILE: ${keyFile} is not the key of this database: restore the key file that was beside it. With another one the nodes' keys cannot be opened`,
    )
  }
}
