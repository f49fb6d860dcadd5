import { hash, verify } from "@node-rs/argon2"

/** OWASP's argon2id: 19 MiB, two passes. */
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** argon2 runs on the threads that also read files and resolve names: a flood of logins must not take them all. */
const AT_ONCE_MAX = 2
let running = 0
const waiting: (() => void)[] = []

async function inTurn<T>(act: () => Promise<T>): Promise<T> {
  if (running < AT_ONCE_MAX) running++
  else await new Promise<void>((resolve) => waiting.push(resolve))
  try {
    return await act()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}

export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(password.normalize("NFKC"), OPTIONS))

let decoy: Promise<string> | undefined
/** Takes as long for a user that does not exist (no hash) as for a wrong password. */
export async function verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword("nobody has this password")
  const against = passwordHash ?? (await decoy)
  const isRight = await inTurn(() => verify(against, password.normalize("NFKC")))
  return passwordHash !== undefined && isRight
}
