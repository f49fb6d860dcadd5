import { randomBytes } from "node:crypto"
import { afterAll, beforeAll, expect, test } from "vitest"
import { startDatabase } from "./database.fixture"
import { checkKey } from "./key-check"
import { sealerOf } from "./seal"

let base: Awaited<ReturnType<typeof startDatabase>>
beforeAll(async () => {
  base = await startDatabase()
})
afterAll(() => base.stop())

test("a database that was moved without its key file is told at the start; with it, it opens", async () => {
  const [mine, other] = [sealerOf(randomBytes(32)), sealerOf(randomBytes(32))]
  await checkKey(base.db, mine, "/srv/secret.key")
  await checkKey(base.db, mine, "/srv/secret.key")
  await expect(checkKey(base.db, other, "/srv/secret.key")).rejects.toThrow("/srv/secret.key is not the key of this database: restore")
})
