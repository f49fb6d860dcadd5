/** One measured ratio. `against` names what it was measured beside, in the same run; `target` is the bound that it should keep. */
export type Figure = {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly against: string
  readonly target: string
  readonly met: boolean
  readonly detail: string
}
export type Bench = { readonly name: string; readonly run: () => Promise<readonly Figure[]> }

export const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN
export const round = (value: number, digits = 2): number => Number(value.toFixed(digits))

/** Milliseconds that `act` takes. */
export async function timed(act: () => Promise<unknown>): Promise<number> {
  const from = process.hrtime.bigint()
  await act()
  return Number(process.hrtime.bigint() - from) / 1e6
}
/** Medians of several ways, taken in turn so that a machine that slows down slows all of them. */
export async function inTurn(rounds: number, ways: readonly (() => Promise<unknown>)[]): Promise<readonly number[]> {
  const times = ways.map((): number[] => [])
  for (let i = 0; i < rounds; i++) for (const [at, way] of ways.entries()) times[at]?.push(await timed(way))
  return times.map(median)
}
