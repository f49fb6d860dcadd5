import type { Ctx } from "../context"
import { kernelOf } from "./seen"

/** Schedulers that the kernels of all these directors have; null while one was not asked. */
export function freshSchedulers(ctx: Ctx, clusterId: string, nodes: readonly string[]): readonly string[] | null {
  const kernels = nodes.map((node) => kernelOf(ctx, clusterId, node))
  const [first, ...rest] = kernels
  if (!first || rest.some((one) => one === null)) return null
  return first.value.schedulers.filter((name) => rest.every((one) => one?.value.schedulers.includes(name)))
}
