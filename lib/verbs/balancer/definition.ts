import type { BalancerDefinition, ClusterDefinition } from "../../db/definitions"
import type { BalancerInput } from "../../domain/balancer-definition"
import { refusalsOf } from "../../domain/balancer-rules"
import { secretKeysOf, unknownPasswords } from "../../domain/balancer-secret"
import { type Report, report } from "../../domain/report"
import { nodeOf } from "../common"

/** It is written as a word, and read as one. */
const PASSWORD = /^[^\s"'#!{}\\$@]{1,8}$/
const unfitPasswords = (model: BalancerInput["model"], secrets: Readonly<Record<string, string>>): readonly Report[] =>
  model.directors.flatMap((director, d) =>
    secretKeysOf(model, d).flatMap((key, i) => {
      const isFit = secrets[key] === undefined || PASSWORD.test(secrets[key])
      const at = director.instances.findIndex(({ name }) => key === `${d}/${name}`)
      return isFit
        ? []
        : [report("passwordUnfit", { instance: key.slice(2) }, `model.directors.${d}.instances.${Math.max(at, i)}.authentication.password`)]
    }),
  )
/** What is wrong with a balancer, at its fields. */
export function definitionReports(
  cluster: ClusterDefinition,
  { name, engine, nodes, model }: BalancerInput,
  secrets: Readonly<Record<string, string>>,
  definition?: BalancerDefinition,
  schedulers: readonly string[] | null = null,
): readonly Report[] {
  const others = cluster.balancers.filter(({ id }) => id !== definition?.id)
  for (const node of nodes) nodeOf(cluster, node)
  const taken = nodes.flatMap((node, i) => {
    const other = others.find((one) => one.nodes.includes(node))
    return other ? [report("directorTaken", { node, name: other.name }, `nodes.${i}`)] : []
  })
  return [
    ...(others.some((one) => one.name === name) ? [report("nameTaken", { name }, "name")] : []),
    ...(definition && definition.name !== name ? [report("balancerRenamed", { name: definition.name }, "name")] : []),
    ...(new Set(nodes).size < nodes.length ? [report("directorTwice", { node: nodes[0] ?? "" }, "nodes.1")] : []),
    ...taken,
    ...(engine === "keepalived" && model.directors.length > nodes.length
      ? [report("directorMissing", { n: String(model.directors.length) }, "nodes")]
      : []),
    ...unknownPasswords(model, secrets).map((key) =>
      report("passwordUnknown", { instance: key.slice(key.indexOf("/") + 1) }, "model.directors"),
    ),
    ...unfitPasswords(model, secrets),
    ...refusalsOf(model, { engine, ...(schedulers ? { schedulers } : {}) }).map((one) => ({ ...one, field: `model.${one.field ?? ""}` })),
  ]
}
