/**
 * Lets at most so many work at once; the others wait in the order in which they came.
 * A signal that aborts while one waits takes it out of the queue, and rejects with the signal's reason.
 */
export function turns(atOnceMax: number) {
  let working = 0
  const waiting: (() => void)[] = []
  const leave = () => {
    const next = waiting.shift()
    if (next) next()
    else working -= 1
  }
  const enter = (signal?: AbortSignal): Promise<void> | undefined => {
    if (working < atOnceMax) {
      working += 1
      return undefined
    }
    return new Promise((resolve, reject) => {
      const go = () => {
        signal?.removeEventListener("abort", give)
        resolve()
      }
      const give = () => {
        waiting.splice(waiting.indexOf(go), 1)
        reject(signal?.reason)
      }
      waiting.push(go)
      signal?.addEventListener("abort", give, { once: true })
    })
  }
  return async <T>(act: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    signal?.throwIfAborted()
    await enter(signal)
    try {
      return await act()
    } finally {
      leave()
    }
  }
}
