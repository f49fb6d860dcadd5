import type { FenceUse, NodeFencingView } from "@/lib/domain/fencing"

export type ParamDraft = { readonly key: number; readonly name: string; readonly value: string }
export type UseDraft = { readonly key: number; readonly device: string; readonly params: readonly ParamDraft[] }
export type LevelDraft = { readonly key: number; readonly uses: readonly UseDraft[] }
export type Levels = readonly LevelDraft[]

let lastKey = 0
const nextKey = (): number => ++lastKey
export const newParam = (name: string, value = ""): ParamDraft => ({ key: nextKey(), name, value })
export const newUse = (device: string): UseDraft => ({ key: nextKey(), device, params: [] })
export const newLevel = (device: string): LevelDraft => ({ key: nextKey(), uses: [newUse(device)] })
export const draftOfLevels = ({ levels }: Pick<NodeFencingView, "levels">): Levels =>
  levels.map((level) => ({
    key: nextKey(),
    uses: level.map(({ device, params }) => ({
      ...newUse(device),
      params: Object.entries(params).map(([name, value]) => newParam(name, value)),
    })),
  }))
/** What is empty is not said to the agent. */
export const levelsInput = (levels: Levels): FenceUse[][] =>
  levels.map(({ uses }) =>
    uses.map(({ device, params }) => ({
      device,
      params: Object.fromEntries(params.filter(({ value }) => value !== "").map(({ name, value }) => [name.trim(), value])),
    })),
  )
const swapped = <T>(list: readonly T[], i: number, by: -1 | 1): readonly T[] => {
  const [one, other] = [list[i], list[i + by]]
  return one === undefined || other === undefined ? list : list.with(i, other).with(i + by, one)
}
export const movedLevel = swapped<LevelDraft>

export type Place = { readonly level: number; readonly use: number }
/** Where this use stands; undefined when it does not. */
export function placeOf(levels: Levels, key: number): Place | undefined {
  const level = levels.findIndex(({ uses }) => uses.some((use) => use.key === key))
  return level < 0 ? undefined : { level, use: levels[level]?.uses.findIndex((use) => use.key === key) ?? 0 }
}
/** Whether the use can go further: into the next level, or out of its own into a new one. */
export function canMove(levels: Levels, { level, use }: Place, by: -1 | 1): boolean {
  const uses = levels[level]?.uses ?? []
  const isInside = use + by >= 0 && use + by < uses.length
  const hasNext = level + by >= 0 && level + by < levels.length
  return isInside || hasNext || uses.length > 1
}
/** One place up or down; past the end of its level into the next one, and past the last into a new one. A level that is left empty goes. */
export function movedUse(levels: Levels, place: Place, by: -1 | 1): Levels {
  const { level, use } = place
  const from = levels[level]
  const one = from?.uses[use]
  if (!from || !one || !canMove(levels, place, by)) return levels
  if (use + by >= 0 && use + by < from.uses.length) return levels.with(level, { ...from, uses: swapped(from.uses, use, by) })
  const to = levels[level + by]
  const left = levels.with(level, { ...from, uses: from.uses.filter(({ key }) => key !== one.key) })
  const joined = to
    ? left.with(level + by, { ...to, uses: by < 0 ? [...to.uses, one] : [one, ...to.uses] })
    : by < 0
      ? [{ key: nextKey(), uses: [one] }, ...left]
      : [...left, { key: nextKey(), uses: [one] }]
  return joined.filter(({ uses }) => uses.length > 0)
}
export const withUse = (levels: Levels, next: UseDraft): Levels =>
  levels.map((level) => ({ ...level, uses: level.uses.map((use) => (use.key === next.key ? next : use)) }))
export const withoutUse = (levels: Levels, key: number): Levels =>
  levels.map((level) => ({ ...level, uses: level.uses.filter((use) => use.key !== key) })).filter(({ uses }) => uses.length > 0)
export const paramOf = ({ params }: UseDraft, name: string): string => params.find((p) => p.name === name)?.value ?? ""
export const withValue = (use: UseDraft, name: string, value: string): UseDraft => ({
  ...use,
  params: use.params.some((p) => p.name === name)
    ? use.params.map((p) => (p.name === name ? { ...p, value } : p))
    : [...use.params, newParam(name, value)],
})
