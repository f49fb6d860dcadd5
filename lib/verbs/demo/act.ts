import { z } from "zod"
import { Name } from "../../domain/call"
import { report } from "../../domain/report"
import type { DemoControl } from "../../engine"
import type { Ctx } from "../context"
import { defineVerb, notFound, Refused } from "../verb"

function demoOf({ engine }: Ctx): DemoControl {
  if (!engine.demo) throw new Refused(409, [report("onlyInDemo")])
  return engine.demo
}
const known = (ctx: Ctx, node: string) => {
  if (
    !demoOf(ctx)
      .nodes()
      .some(({ name }) => name === node)
  )
    throw notFound(`node ${node}`)
}
const Switch = z.object({ node: Name, on: z.boolean() })

export const get = defineVerb({
  name: "demo.get",
  kind: "query",
  role: "viewer",
  input: z.object({}).optional(),
  run: async (ctx) => ({ nodes: demoOf(ctx).nodes() }),
})
export const power = defineVerb({
  name: "demo.power",
  kind: "command",
  role: "operator",
  input: Switch,
  run: async (ctx, { node, on }) => {
    known(ctx, node)
    demoOf(ctx).power(node, on)
    return {}
  },
})
export const cable = defineVerb({
  name: "demo.cable",
  kind: "command",
  role: "operator",
  input: Switch,
  run: async (ctx, { node, on }) => {
    known(ctx, node)
    demoOf(ctx).cable(node, on)
    return {}
  },
})
export const stopUnit = defineVerb({
  name: "demo.stopUnit",
  kind: "command",
  role: "operator",
  input: z.object({ node: Name, unit: Name }),
  run: async (ctx, { node, unit }) => {
    known(ctx, node)
    if (!demoOf(ctx).stopUnit(node, unit)) throw notFound(`unit ${unit}`)
    return {}
  },
})
