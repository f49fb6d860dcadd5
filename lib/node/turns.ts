/** Lets at most so many work at once; the others wait in the order in which they came. */
export function turns(atOnceMax: number) {
  let working = 0
  const waiting: (() => void)[] = []
  const leave = () => {
    const next = waiting.shift()
    if (next) next()
    else working -= 1
  }
  return async <T>(act: () => Promise<T>): Promise<T> => {
    if (working < atOnceMax) working += 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await act()
    } finally {
      leave()
    }
  }
}
