/** Numbers of 0 to 1 that a failure can be repeated with (Park and Miller). */
export function randomFrom(seed: number) {
  let state = ((seed * 16_807) % 2_147_483_646) + 1
  const next = () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  const below = (n: number) => Math.floor(next() * n)
  const pick = <T>(list: readonly [T, ...T[]]): T => list[below(list.length)] ?? list[0]
  return { next, below, pick, isLikely: (share: number) => next() < share }
}
export type Random = ReturnType<typeof randomFrom>
