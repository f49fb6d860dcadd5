import { agentParameters, placeParameters } from "../../agents/cluster-conf/agent-parameters"
import type { ClusterConf, ResourcePart } from "../../agents/cluster-conf/model"
import type { RefProblem } from "../../lib/domain/resource-refs"
import { rulesOf, typeRuleOf } from "../../lib/domain/resource-rules"
import { startingChildren } from "../../lib/domain/resource-tree"
import { titleOf } from "./check-services"
import { error, type Finding, info, twins, warning, when } from "./finding"
import { entryOf, type Tree, treesOf } from "./trees"

/** What rgmanager would leave out without a word (service-manager.md §2.3). */
const problemTexts: Readonly<Record<RefProblem["code"], (problem: RefProblem) => string>> = {
  notFound: ({ type, name }) => `There is no ${type} ${name} in <resources>: define it there, or correct the ref.`,
  privateRef: ({ type, name }) => `${type} ${name} is defined inside a service and cannot be referenced: move it to <resources>.`,
  attributeCollision: ({ type, name, attribute }) =>
    `${type} ${name}: another ${type} has the same ${attribute}. rgmanager drops this one.`,
  maxReferences: ({ type, name }) => `${type} ${name} is used more often than its agent allows. rgmanager drops this use.`,
  missingPrimary: ({ type, attribute }) =>
    `This ${type} has no ${attribute}: rgmanager drops it, and reads no ${type} after it in this list.`,
  missingRequired: ({ type, name, attribute }) =>
    `${type} ${name} has no ${attribute}: rgmanager drops it, and reads no ${type} after it in this list.`,
  unread: ({ type, name }) => `${type} ${name} is not read: a ${type} before it lacks a required attribute.`,
}
const all = (part: ResourcePart): readonly ResourcePart[] => [part, ...part.children.flatMap(all)]

function checkWords(part: ResourcePart): readonly Finding[] {
  const known = agentParameters[part.type]
  const extra = part.element.attributes.map(({ name }) => name).filter((name) => !placeParameters.includes(name))
  return [
    ...(known
      ? part.element.attributes
          .filter(({ name }) => !known.includes(name) && !placeParameters.includes(name))
          .map((a) =>
            warning(a, "attributeUnknown", `${part.type} does not know ${a.name}: rgmanager does not pass it on. Is it misspelt?`),
          )
      : [warning(part, "agentUnknown", `There is no agent ${part.type} among rgmanager's: is it misspelt, or an agent of your own?`)]),
    ...when(part.attrs.ref !== undefined && extra.length > 0, () =>
      warning(
        part,
        "refWithAttributes",
        `${titleOf(part)} is a reference: ${extra.join(", ")} counts for nothing here. Set it in <resources>.`,
      ),
    ),
  ]
}
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/
const IPV6 = /^(?=.*:)[0-9a-f:]{2,39}$/i
function checkValues(part: ResourcePart): readonly Finding[] {
  const { address, file } = part.attrs
  const [host = "", mask] = (address ?? "").split("/")
  const isAddress = (IPV4.test(host) && isMask(mask, 32)) || (IPV6.test(host) && isMask(mask, 128))
  return [
    ...when(part.type === "ip" && address !== undefined && !isAddress, () =>
      error(part, "addressInvalid", `${address} is no address: write 192.0.2.1 or 192.0.2.1/24.`),
    ),
    ...when(part.type === "script" && file !== undefined && !file.startsWith("/"), () =>
      warning(part, "fileNotAbsolute", `The file of ${titleOf(part)}, ${file}, is no absolute path.`),
    ),
  ]
}
const isMask = (mask: string | undefined, max: number): boolean => mask === undefined || (/^\d{1,3}$/.test(mask) && Number(mask) <= max)

/** The same address or mount point under two names or types, which rgmanager does not see. */
function checkSame(parts: readonly ResourcePart[]): readonly Finding[] {
  const addresses = parts.filter(({ type, attrs }) => type === "ip" && attrs.address !== undefined)
  const mounts = parts.filter(({ attrs }) => attrs.mountpoint !== undefined)
  const host = ({ attrs }: ResourcePart) => attrs.address?.split("/")[0]?.toLowerCase() ?? ""
  return [
    ...twins(addresses, host).map(({ one, first }) =>
      error(one, "addressTwice", `The address ${host(one)} is already there, on line ${first.line}: two services cannot have the same.`),
    ),
    ...twins(mounts, ({ attrs }) => attrs.mountpoint ?? "")
      .filter(({ one, first }) => one.type !== first.type)
      .map(({ one, first }) =>
        warning(one, "mountPointTwice", `${one.attrs.mountpoint} is also the mount point of ${titleOf(first)}, on line ${first.line}.`),
      ),
  ]
}
const checkForbidden = (part: ResourcePart): readonly Finding[] =>
  part.children
    .filter(({ type }) => rulesOf(part.type).forbids.includes(type))
    .map((child) =>
      error(child, "childForbidden", `${titleOf(child)} may not stand below ${titleOf(part)}: rgmanager leaves it out. Put it elsewhere.`),
    )

/** Siblings that start in another order than they are written in: legal, but only their types order them (service-manager.md §2.2). */
function checkOrder(tree: Tree, lineOf: (tree: Tree) => number): readonly Finding[] {
  const started = startingChildren(tree)
  const late = started.flatMap((node, i) => {
    const before = started[i - 1]
    return before && lineOf(node) < lineOf(before) ? [{ node, before }] : []
  })[0]
  const below = tree.children.flatMap((child) => checkOrder(child, lineOf))
  if (late === undefined) return below
  const text = `${entryOf(late.node)} is written before ${entryOf(late.before)} but starts after it, by its type. Nest what depends on something below it.`
  return [info({ line: lineOf(late.node) }, "orderByType", text), ...below]
}

export function checkResources(conf: ClusterConf): readonly Finding[] {
  const { rm } = conf
  const { services, problems, partOf } = treesOf(conf)
  const shared = rm.resources
  const placed = rm.services.flatMap(all)
  const written = [...shared, ...placed]
  const references = new Set(placed.map(({ type, attrs }) => `${type}:${attrs.ref ?? ""}`))
  const isUsed = ({ type, attrs }: ResourcePart) => references.has(`${type}:${attrs[typeRuleOf(type).primary] ?? ""}`)
  return [
    ...problems.map((problem) => error(partOf.get(problem.element) ?? { line: 1 }, problem.code, problemTexts[problem.code](problem))),
    ...written.flatMap((part) => [...checkWords(part), ...checkValues(part)]),
    ...rm.services.flatMap(all).flatMap(checkForbidden),
    ...checkSame(written),
    ...shared.flatMap((part) => [
      ...when(part.children.length > 0, () =>
        warning(part, "sharedChildrenIgnored", `What stands below ${titleOf(part)} in <resources> is ignored: put it into the service.`),
      ),
      ...when(!isUsed(part), () => info(part, "resourceUnused", `No service uses ${titleOf(part)}.`)),
    ]),
    ...services.flatMap((tree) => checkOrder(tree, (node) => partOf.get(node.of.element)?.line ?? 0)),
  ]
}
