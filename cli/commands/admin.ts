import { existsSync } from "node:fs"
import { hashPassword } from "../../lib/auth/password"
import { noteSuccess } from "../../lib/auth/throttle"
import { openDatabase } from "../../lib/db/client"
import { readEnv } from "../../lib/env"
import { Ended, exits } from "../exit"
import type { Io } from "../io"
import { type Common, print } from "./context"
import { answered } from "./fence"

const MIN = 12
const MAX = 256
/**
 * A new password for a user, straight into the database of MOYAI_DATA: for one who has shell access to the panel's machine and
 * nobody to ask. Sessions and tokens of `moyai login` end; the act is on record. @throws Ended
 */
export async function resetPassword(io: Io, name: string, options: Common): Promise<void> {
  const { databaseFile } = readEnv(io.env)
  if (!existsSync(databaseFile))
    throw new Ended(exits.usage, `there is no database at ${databaseFile}: run this on the panel's machine, with its MOYAI_DATA`)
  const db = await openDatabase(databaseFile)
  try {
    const user = await db.user.findFirst({ where: { name } })
    if (!user) throw new Ended(exits.refused, `there is no user ${name}`, { code: "notFound" })
    const password = await answered(io, `New password of ${name}, ${MIN} to ${MAX} characters: `, true)
    if (password.length < MIN || password.length > MAX)
      throw new Ended(exits.refused, `${MIN} to ${MAX} characters, please`, { code: "invalid" })
    if (io.isTerminal && (await answered(io, "Once more: ", true)) !== password)
      throw new Ended(exits.refused, "the two differ; nothing was done")
    const passwordHash = await hashPassword(password)
    await db.$transaction(async (tx) => {
      const at = new Date(io.nowMs())
      await tx.user.update({ where: { id: user.id }, data: { passwordHash } })
      await tx.session.deleteMany({ where: { userId: user.id } })
      await tx.apiToken.updateMany({ where: { userId: user.id, kind: "login", revokedAt: null }, data: { revokedAt: at } })
      await tx.audit.create({
        data: {
          userName: `shell:${io.env.SUDO_USER ?? io.env.USER ?? ""}`,
          through: "cli",
          verb: "admin.resetPassword",
          input: { name },
          outcome: "done",
          endedAt: at,
          at,
        },
      })
    })
    await noteSuccess(db, [`user:${name}`])
    print(io, options, { name }, `the password of ${name} is changed; open sessions have ended\n`)
  } finally {
    await db.$disconnect()
  }
}
