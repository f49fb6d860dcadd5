import type { Balancer } from "../../lib/domain/balancer"
import { top } from "./parse"
import { linesOf } from "./write"

/** keepalived.conf of one of the directors; what it said before and the model does not have stands in its place. */
export function renderKeepalived(balancer: Balancer, director = 0): string {
  const { virtualServers, kept } = balancer
  const lines = linesOf({ ...balancer.directors[director], virtualServers, kept }, top)
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`
}
