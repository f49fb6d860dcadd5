import type { RealServerView, VirtualServerView } from "@/lib/domain/balancer-view"

/** The picture of one virtual server, in its own units: left to right, the way a packet goes. */
export const ROW = 62
const MAX_ROWS = 12
const TOP = 20
const MIN_WIDTH = 1.5
const MAX_WIDTH = 8
export type FlowRow = { readonly real: RealServerView; readonly y: number; readonly width: number }
export type Flow = { readonly rows: readonly FlowRow[]; readonly rest: number; readonly height: number; readonly width: number }

/** The width of a line by its share of the largest rate; by its logarithm, so that one in a hundred is still seen. */
export function widthOf(rate: number, largest: number): number {
  if (!(rate > 0) || !(largest > 0)) return MIN_WIDTH
  return MIN_WIDTH + (MAX_WIDTH - MIN_WIDTH) * (Math.log1p(rate) / Math.log1p(largest))
}
const perSecond = ({ rate }: Pick<RealServerView, "rate">): number => rate?.connections ?? 0
export function flowOf(server: Pick<VirtualServerView, "rate" | "realServers">): Flow {
  const reals = server.realServers
  const shown = reals.length > MAX_ROWS ? reals.slice(0, MAX_ROWS - 1) : reals
  const total = server.rate?.connections ?? reals.reduce((sum, one) => sum + perSecond(one), 0)
  const lines = shown.length + (shown.length < reals.length ? 1 : 0)
  return {
    rows: shown.map((real, i) => ({ real, y: TOP + i * ROW, width: widthOf(perSecond(real), total) })),
    rest: reals.length - shown.length,
    height: Math.max(2, lines) * ROW + TOP,
    width: widthOf(total, total),
  }
}
