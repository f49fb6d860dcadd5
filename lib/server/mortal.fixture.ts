/** A new one each time: who waits for it is kept as long as it is. */
const never = () => new Promise<never>(() => undefined)

/**
 * What a panel holds of the world outside it, until it is killed: from then on its calls do nothing and have no answer.
 * What it asked for before has its effect all the same, as with a process that is killed.
 */
export const mortal = <T extends object>(outside: T, isDead: () => boolean): T =>
  new Proxy(outside, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key)
      if (typeof value === "function") return (...args: unknown[]) => (isDead() ? never() : Reflect.apply(value, target, args))
      return typeof value === "object" && value !== null ? mortal(value, isDead) : value
    },
  })
