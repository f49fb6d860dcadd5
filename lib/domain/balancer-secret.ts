import type { Balancer } from "./balancer"

/** Stands where a password of VRRP is kept: `auth_pass` takes eight characters at most. */
export const KEPT_PASSWORD = "********"
/** Director and instance that a password belongs to. */
const keyOf = (director: number, instance: string): string => `${director}/${instance}`

const mapped = (balancer: Balancer, change: (key: string, password: string) => string): Balancer => ({
  ...balancer,
  directors: balancer.directors.map((director, d) => ({
    ...director,
    instances: director.instances.map((one) => {
      const { authentication } = one
      if (authentication?.password === undefined) return one
      return { ...one, authentication: { ...authentication, password: change(keyOf(d, one.name), authentication.password) } }
    }),
  })),
})
/** What may be stored and shown, and the passwords beside it; one that reads as kept is the `known` one. */
export function sealable(
  balancer: Balancer,
  known: Readonly<Record<string, string>>,
): { readonly model: Balancer; readonly secrets: Readonly<Record<string, string>> } {
  const secrets: Record<string, string> = { ...known }
  const model = mapped(balancer, (key, password) => {
    if (password !== KEPT_PASSWORD) secrets[key] = password
    return KEPT_PASSWORD
  })
  return { model, secrets }
}
/** With its passwords; one that nobody knows stays as it reads. */
export const unsealed = (balancer: Balancer, secrets: Readonly<Record<string, string>>): Balancer =>
  mapped(balancer, (key, password) => (password === KEPT_PASSWORD ? (secrets[key] ?? password) : password))
/** Those that read as kept and that nobody knows. */
export function unknownPasswords(balancer: Balancer, secrets: Readonly<Record<string, string>>): readonly string[] {
  const missing: string[] = []
  mapped(balancer, (key, password) => {
    if (password === KEPT_PASSWORD && secrets[key] === undefined) missing.push(key)
    return password
  })
  return missing
}
/** Of the passwords, in the order in which a director's file has them. */
export const secretKeysOf = (balancer: Balancer, director: number): readonly string[] =>
  (balancer.directors[director]?.instances ?? []).flatMap(({ name, authentication }) =>
    authentication?.password === undefined ? [] : [keyOf(director, name)],
  )
