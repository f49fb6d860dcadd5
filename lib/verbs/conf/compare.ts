import type { Definitions, Imported } from "../../../agents/cluster-conf/definitions"
import type { ClusterConf } from "../../../agents/cluster-conf/model"
import { digestOf } from "../../auth/digest"
import { type ConfChange, type ConfKind, type ConfNote, SECRET_KEPT } from "../../domain/cluster-conf"
import { NodeFencingInput } from "../../domain/fencing"
import type { ServiceInput } from "../../domain/service"
import { confIn, readAs, writtenInto } from "./document"
import { differencesOf, equal, merged, mergedService } from "./merge"

type Fields = Readonly<Record<string, unknown>>
/** One definition of the file and what becomes of the panel's when it is taken. */
export type Compared = Omit<ConfChange, "reports"> & { readonly next: Fields }
type Items = Readonly<Record<ConfKind, ReadonlyMap<string, Fields>>>
export const SETTINGS = "fence_daemon"
const named = <T extends { readonly name: string }>(list: readonly T[]) =>
  new Map<string, Fields>(list.map(({ name, ...fields }) => [name, fields]))
const itemsOf = ({ domains, shared, services, fenceDevices, fencing, settings }: Definitions): Items => ({
  domain: named(domains),
  shared: named(shared),
  service: new Map(services.map((s) => [s.name, s])),
  fenceDevice: named(fenceDevices.map(({ device, secrets }) => ({ ...device, secrets }))),
  nodeFencing: new Map(fencing.map(({ node, levels }) => [node, { levels }])),
  settings: new Map(Object.keys(settings).length === 0 ? [] : [[SETTINGS, settings]]),
})
const kinds: readonly ConfKind[] = ["domain", "fenceDevice", "nodeFencing", "shared", "service", "settings"]

const digest = (value: unknown): string => digestOf(JSON.stringify(value)).slice(0, 8)
const isService = (item: Fields): item is ServiceInput => "resources" in item
const asService = (item: Fields | undefined): ServiceInput | undefined => (item && isService(item) ? item : undefined)
function nextOf(panel: Fields, written: Fields | undefined, file: Fields): Fields {
  const [ours, theirs] = [asService(panel), asService(file)]
  if (!ours || !theirs) return Object(merged(panel, written, file))
  return Object(mergedService(ours, asService(written) ?? { ...ours, resources: [] }, theirs))
}
const usesOf = (level: NodeFencingInput["levels"][number]): string =>
  level.map(({ device, params }) => [device, ...Object.entries(params).map(([name, value]) => `${name}=${value}`)].join(" ")).join(" + ")
/** For people: a member is one word, so is a device of a level; a resource goes by its name. */
function forPeople(kind: ConfKind, item: Fields): Fields {
  if (kind === "domain" && Array.isArray(item.members))
    return {
      ...item,
      members: item.members.map(({ node, priority }) => (priority === undefined ? node : `${node}: ${priority}`)).join(", "),
    }
  const fencing = kind === "nodeFencing" ? NodeFencingInput.safeParse(item).data : undefined
  if (fencing) return { levels: Object.fromEntries(fencing.levels.map((level, i) => [i + 1, usesOf(level)])) }
  const service = asService(item)
  if (!service) return item
  const resources = service.resources.map(({ name, ...r }): [string, Fields] => [name, r])
  return { ...service, order: service.resources.map(({ name }) => name).join(", "), resources: Object.fromEntries(resources) }
}

/** A secret that an export left out is the panel's; a note where the panel has none. */
function withKeptSecrets(file: Imported, panel: Definitions): Imported {
  const notes: ConfNote[] = []
  const fenceDevices = file.definitions.fenceDevices.map(({ device, secrets }) => {
    const known = panel.fenceDevices.find((d) => d.device.name === device.name)?.secrets ?? {}
    const filled = Object.entries(secrets).flatMap(([name, value]): (readonly [string, string])[] => {
      if (value !== SECRET_KEPT) return [[name, value]]
      const stored = Object.hasOwn(known, name) ? known[name] : undefined
      if (stored !== undefined) return [[name, stored]]
      const line = file.origins.fenceDevices.get(device.name)?.line ?? 0
      notes.push({ line, code: "secretLeftOut", text: `Fence device ${device.name}: ${name} is not in the file; give it in the panel.` })
      return []
    })
    return { device, secrets: Object.fromEntries(filled) }
  })
  return { ...file, definitions: { ...file.definitions, fenceDevices }, notes: [...file.notes, ...notes] }
}
const lineOf = ({ origins }: Imported, conf: ClusterConf, kind: ConfKind, name: string): number =>
  ({
    domain: origins.domains.get(name)?.line,
    shared: origins.resources.get(`/${name}`)?.line,
    service: origins.services.get(name)?.line,
    fenceDevice: origins.fenceDevices.get(name)?.line,
    nodeFencing: origins.nodes.get(name)?.line,
    settings: conf.fenceDaemon?.line,
  })[kind] ?? 0

/** Definition by definition: what the file would bring. `members` are the panel's. */
export function compare(
  conf: ClusterConf,
  panel: Definitions,
  members: readonly string[],
): { readonly compared: readonly Compared[]; readonly notes: readonly ConfNote[] } {
  const file = withKeptSecrets(readAs(conf, panel), panel)
  const written = itemsOf(readAs(confIn(writtenInto(conf, panel, members).document), panel).definitions)
  // A delay that the file does not name is none that it would change.
  const silent = Object.keys(file.definitions.settings).length === 0
  const settings = silent ? {} : { ...panel.settings, ...file.definitions.settings }
  const [here, there] = [itemsOf(panel), itemsOf({ ...file.definitions, settings })]
  const of = (kind: ConfKind): readonly Compared[] => {
    const known = [...there[kind]].map(([name, item]): Compared => {
      const about = { kind, name, line: lineOf(file, conf, kind, name) }
      const ours = here[kind].get(name)
      if (ours === undefined) return { ...about, id: `${kind}:${name}`, what: "new", differences: [], next: item }
      const next = nextOf(ours, written[kind].get(name), item)
      if (equal(next, ours)) return { ...about, id: `${kind}:${name}`, what: "same", differences: [], next }
      const differences = differencesOf(forPeople(kind, ours), forPeople(kind, next))
      return { ...about, id: `${kind}:${name}#${digest(differences)}`, what: "conflict", differences, next }
    })
    const onlyOurs = [...here[kind]].filter(([name]) => !there[kind].has(name) && kind !== "settings")
    return [
      ...known,
      ...onlyOurs.map(
        ([name, next]): Compared => ({
          ...{ id: `${kind}:${name}`, kind, name, what: "onlyInPanel", line: null, differences: [], next },
        }),
      ),
    ]
  }
  return { compared: kinds.flatMap(of), notes: file.notes }
}
