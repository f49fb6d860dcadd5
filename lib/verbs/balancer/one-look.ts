/**
 * A look that costs its nodes something: one at a time. Who asks meanwhile shares the one that begins after it, since what is under way
 * may have seen the time before.
 */
export function oneLookAtATime<T>(): (key: string, look: () => Promise<T>) => Promise<T> {
  const all = new Map<string, { now?: Promise<T>; next?: Promise<T> }>()
  return (key, look) => {
    const one = all.get(key) ?? {}
    all.set(key, one)
    const begin = (): Promise<T> => {
      const now = look().finally(() => {
        delete one.now
        if (one.next === undefined) all.delete(key)
      })
      one.now = now
      return now
    }
    if (one.next) return one.next
    if (!one.now) return begin()
    const after = () => {
      delete one.next
      return begin()
    }
    one.next = one.now.then(after, after)
    return one.next
  }
}
