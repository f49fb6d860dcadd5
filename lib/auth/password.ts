import { hash, verify } from "@node-rs/argon2"

/** OWASP's argon2id: 19 MiB, two passes. */
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
export const hashPassword = (password: string): Promise<string> => hash(password.normalize("NFKC"), OPTIONS)

let decoy: Promise<string> | undefined
/** Takes as long for a user that does not exist (no hash) as for a wrong password. */
export async function verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword("nobody has this password")
  const isRight = await verify(passwordHash ?? (await decoy), password.normalize("NFKC"))
  return passwordHash !== undefined && isRight
}
