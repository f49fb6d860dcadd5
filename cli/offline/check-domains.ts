import type { ClusterConf, Domain } from "../../agents/cluster-conf/model"
import { error, type Finding, info, twins, warning, when } from "./finding"

const lower = (name: string) => name.toLowerCase()
const flags = ["ordered", "restricted", "nofailback"] as const

function checkNodes({ name, nodes, ordered }: Domain, known: ReadonlySet<string>): readonly Finding[] {
  return [
    ...twins(nodes, (node) => node.name).map(({ one, first }) =>
      error(one, "domainNodeTwice", `${one.name} is already in ${name}, on line ${first.line}: rgmanager stops reading the domain here.`),
    ),
    ...nodes.flatMap((node) => {
      const { priority } = node.attrs
      const isValid = /^\d{1,3}$/.test(priority ?? "") && Number(priority) >= 1 && Number(priority) <= 100
      return [
        ...when(!known.has(node.name), () =>
          error(node, "domainNodeUnknown", `${node.name || "A node without a name"} is in ${name}, but not among <clusternodes>.`),
        ),
        ...when(priority !== undefined && !isValid, () =>
          error(
            node,
            "priorityInvalid",
            `Priority "${priority}" of ${node.name} in ${name} is not from 1 to 100: rgmanager reads it as none.`,
          ),
        ),
        ...when(priority === undefined && ordered, () =>
          warning(
            node,
            "priorityMissing",
            `${name} is ordered, but ${node.name} has no priority: rgmanager then prefers it to all others.`,
          ),
        ),
        ...when(isValid && !ordered, () =>
          info(node, "priorityIgnored", `${name} is not ordered, so ${node.name}'s priority counts for nothing.`),
        ),
      ]
    }),
  ]
}
/** service-manager.md §1.1. */
export function checkDomains({ rm, nodes }: ClusterConf): readonly Finding[] {
  const known = new Set(nodes.map(({ name }) => name))
  const used = new Set(rm.services.map(({ attrs }) => lower(attrs.domain ?? "")))
  return [
    ...twins(rm.domains, ({ name }) => lower(name)).map(({ one, first }) =>
      error(
        one,
        "domainTwice",
        `Domain ${one.name} is already there, on line ${first.line} (case does not count): rgmanager stops reading domains here.`,
      ),
    ),
    ...rm.domains.flatMap((domain) => [
      ...when(domain.name === "", () => error(domain, "domainNameMissing", "This failover domain has no name.")),
      ...when(domain.nodes.length === 0, () =>
        warning(
          domain,
          "domainEmpty",
          domain.restricted ? `${domain.name} is restricted and has no node: its services never start.` : `${domain.name} has no node.`,
        ),
      ),
      ...when(domain.restricted && new Set(domain.nodes.map(({ name }) => name)).size === 1, () =>
        warning(
          domain,
          "domainOneNode",
          `${domain.name} is restricted to ${domain.nodes[0]?.name}: its services go nowhere when that node is lost. Without restricted="1" it is preferred only.`,
        ),
      ),
      ...flags.flatMap((flag) =>
        when(domain.attrs[flag] !== undefined && !/^[01]$/.test(domain.attrs[flag]), () =>
          warning(
            domain,
            "flagInvalid",
            `${flag} "${domain.attrs[flag]}" of ${domain.name} is read as ${domain[flag] ? "on" : "off"}: write 1 or 0.`,
          ),
        ),
      ),
      ...when(domain.name !== "" && !used.has(lower(domain.name)), () =>
        info(domain, "domainUnused", `No service uses the domain ${domain.name}.`),
      ),
      ...checkNodes(domain, known),
    ]),
  ]
}
