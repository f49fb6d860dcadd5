import type { ClusterConf, ResourcePart } from "../../agents/cluster-conf/model"
import { atoi, independenceOf, isYes } from "../../agents/cluster-conf/parse"
import { recoveries } from "../../lib/domain/service"
import { error, type Finding, info, warning, when } from "./finding"

const STORED_NAME_MAX = 64
const DURATION = /^(?:\d+[smhdwy]?)+$/i
const counts = ["max_restarts", "priority"]
const places = ["__max_restarts", "__max_failures"]
const windows = ["restart_expire_time", "__restart_expire_time", "__failure_expire_time"]
export const titleOf = ({ type, attrs }: ResourcePart): string => `${type}:${attrs.name ?? attrs.ref ?? ""}`

function checkNumbers(part: ResourcePart): readonly Finding[] {
  const { attrs } = part
  return [
    ...[...counts, ...places]
      .filter((name) => attrs[name] !== undefined && !/^\d{1,9}$/.test(attrs[name]))
      .map((name) => error(part, "numberInvalid", `${name} "${attrs[name]}" of ${titleOf(part)} is not a whole number.`)),
    ...windows
      .filter((name) => attrs[name] !== undefined && !DURATION.test(attrs[name]))
      .map((name) => error(part, "durationInvalid", `${name} "${attrs[name]}" of ${titleOf(part)} is no duration: 300, 5m or 1h30m.`)),
  ]
}

function checkPolicy(part: ResourcePart): readonly Finding[] {
  const { attrs } = part
  const { recovery, autostart, exclusive } = attrs
  const title = titleOf(part)
  const isLimited = atoi(attrs.max_restarts) > 0
  return [
    ...when(recovery !== undefined && !recoveries.some((known) => known === recovery), () =>
      error(part, "recoveryUnknown", `recovery "${recovery}" of ${title} is unknown: ${recoveries.join(", ")}.`),
    ),
    ...when(autostart !== undefined && !/^(?:[01]|yes|no)$/i.test(autostart), () =>
      warning(part, "autostartInvalid", `autostart "${autostart}" of ${title}: write 1 or 0.`),
    ),
    ...when(/^(?:0|no)$/i.test(autostart ?? ""), () =>
      info(part, "autostartOff", `${title} does not start by itself: after each start of the cluster somebody has to enable it.`),
    ),
    ...when(/^(?:0|no)$/i.test(autostart ?? "") && recovery === "disable", () =>
      info(part, "neverByItself", `${title} neither starts nor recovers by itself.`),
    ),
    ...when(exclusive !== undefined && !/^(?:\d{1,9}|yes|no)$/i.test(exclusive), () =>
      warning(part, "exclusiveInvalid", `exclusive "${exclusive}" of ${title}: write 1 or 0.`),
    ),
    ...when(isLimited && (recovery === "relocate" || recovery === "disable"), () =>
      warning(
        part,
        "maxRestartsIgnored",
        `max_restarts of ${title} counts for nothing with recovery "${recovery}": it never restarts in place.`,
      ),
    ),
    ...when(attrs.restart_expire_time !== undefined && !isLimited, () =>
      info(part, "expireIgnored", `restart_expire_time of ${title} counts for nothing without max_restarts.`),
    ),
    ...when(attrs.depend_mode !== undefined && !["hard", "soft"].includes(attrs.depend_mode), () =>
      error(part, "dependModeUnknown", `depend_mode "${attrs.depend_mode}" of ${title} is unknown: hard or soft.`),
    ),
  ]
}
const groupName = (name: string): string => (name.includes(":") ? name : `service:${name}`)

/** Those from which the dependencies lead back to themselves; each depends on one at most. */
function inCircles(dependsOn: ReadonlyMap<string, string | undefined>): ReadonlySet<string> {
  const circles = new Set<string>()
  const seen = new Map<string, string>()
  for (const start of dependsOn.keys()) {
    let at: string | undefined = start
    while (at !== undefined && !seen.has(at)) {
      seen.set(at, start)
      at = dependsOn.get(at)
    }
    // Only what this walk met first is a circle of its own.
    for (let on = at; on !== undefined && seen.get(on) === start && !circles.has(on); on = dependsOn.get(on)) circles.add(on)
  }
  return circles
}
function checkDepend(part: ResourcePart, names: ReadonlySet<string>, circles: ReadonlySet<string>): readonly Finding[] {
  const { depend } = part.attrs
  const title = titleOf(part)
  if (depend === undefined || depend === "") return []
  const target = groupName(depend)
  if (!names.has(target)) return [error(part, "dependMissing", `${title} depends on ${target}, which is not in the file.`)]
  const by = target === title ? "" : ` by way of ${target}`
  return when(circles.has(title), () => error(part, "dependCircle", `${title} depends on itself${by}: it never starts. Remove one depend.`))
}

/** Of the place in the tree (service-manager.md §2.4). */
function checkPlace(part: ResourcePart, isTop: boolean, references: ReadonlyMap<string, number>): readonly Finding[] {
  const { attrs, type } = part
  const mode = attrs.__independent_subtree
  const isIndependent = independenceOf(mode) !== "no"
  const title = titleOf(part)
  return [
    ...when(mode !== undefined && !/^(?:[012]|yes|no|non-critical)$/i.test(mode), () =>
      error(
        part,
        "independenceUnknown",
        `__independent_subtree "${mode}" of ${title} is unknown: 0, 1 (restart in place) or 2 (non-critical).`,
      ),
    ),
    ...when(isTop && isIndependent, () =>
      warning(part, "independenceAtTop", `__independent_subtree of ${title} counts for nothing: set it on resources inside the service.`),
    ),
    ...when(independenceOf(mode) === "nonCritical" && (references.get(`${type}:${attrs.ref}`) ?? 0) > 1, () =>
      warning(part, "nonCriticalShared", `${title} is referenced more than once, so it cannot be non-critical here.`),
    ),
    ...pairs.flatMap(([limit, window]) => [
      ...when(!isTop && atoi(attrs[limit]) > 0 && !isIndependent && limit === "__max_restarts", () =>
        warning(part, "limitIgnored", `${limit} of ${title} counts for nothing without __independent_subtree.`),
      ),
      ...when((attrs[limit] === undefined) !== (attrs[window] === undefined), () =>
        warning(part, "limitNeedsBoth", `${title} has only one of ${limit} and ${window}: without the other it counts for nothing.`),
      ),
    ]),
  ]
}
const pairs = [
  ["__max_restarts", "__restart_expire_time"],
  ["__max_failures", "__failure_expire_time"],
] as const

function checkService(part: ResourcePart, domains: ReadonlySet<string>): readonly Finding[] {
  const { type, attrs, children } = part
  const domain = attrs.domain ?? ""
  const title = titleOf(part)
  return [
    ...when(title.length > STORED_NAME_MAX, () => error(part, "nameTooLong", `${title} is longer than ${STORED_NAME_MAX} characters.`)),
    ...when(domain !== "" && !domains.has(domain.toLowerCase()), () =>
      error(part, "domainMissing", `The domain ${domain} of ${title} does not exist: rgmanager then starts it on any node.`),
    ),
    ...when(type === "service" && children.length === 0 && attrs.ref === undefined, () =>
      warning(part, "serviceEmpty", `${title} has no resource: it starts nothing.`),
    ),
    ...when(type === "vm" && children.length > 0, () =>
      warning(part, "vmWithChildren", `${title} has resources below it, so it cannot be migrated.`),
    ),
    ...checkPolicy(part),
  ]
}
const all = (part: ResourcePart): readonly ResourcePart[] => [part, ...part.children.flatMap(all)]

/** Policies and places; what the definitions themselves say is check-resources'. */
export function checkServices({ rm, nodes }: ClusterConf): readonly Finding[] {
  const domains = new Set(rm.domains.map(({ name }) => name.toLowerCase()))
  const dependsOn = new Map(rm.services.map((part) => [titleOf(part), part.attrs.depend ? groupName(part.attrs.depend) : undefined]))
  const [names, circles] = [new Set(dependsOn.keys()), inCircles(dependsOn)]
  const tops = new Set(rm.services)
  const parts = rm.services.flatMap(all)
  const references = new Map<string, number>()
  for (const { type, attrs } of parts)
    if (attrs.ref !== undefined) references.set(`${type}:${attrs.ref}`, (references.get(`${type}:${attrs.ref}`) ?? 0) + 1)
  const exclusive = rm.services.filter(({ attrs }) => isYes(attrs.exclusive))
  // The others need a node of their own.
  const places = Math.max(0, nodes.length - (exclusive.length < rm.services.length ? 1 : 0))
  const spare = exclusive[places]
  return [
    ...rm.services.flatMap((part) => [...checkService(part, domains), ...checkDepend(part, names, circles)]),
    ...parts.flatMap((part) => [...checkNumbers(part), ...checkPlace(part, tops.has(part), references)]),
    ...(spare === undefined
      ? []
      : [
          warning(
            spare,
            "exclusiveTooMany",
            `${exclusive.length} of ${rm.services.length} services are exclusive, but there are ${nodes.length} nodes: some never start.`,
          ),
        ]),
  ]
}
