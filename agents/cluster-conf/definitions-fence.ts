import { FenceDeviceInput, type FenceParams, NodeFencingInput } from "../../lib/domain/fencing"
import { isFenceSecret } from "../schemas"
import type { Definitions } from "./definitions"
import type { ClusterConf, ClusterNode, FenceDevice, FenceDeviceUse } from "./model"
import { freeName, type Note } from "./notes"
import type { XmlElement } from "./xml"

/** The panel says these itself. */
export const panelSays = ["action", "option", "verbose", "debug", "debug_file"]
type Read = {
  readonly devices: Definitions["fenceDevices"]
  readonly nodes: Definitions["fencing"]
  readonly settings: Definitions["settings"]
  readonly origins: ReadonlyMap<string, XmlElement>
  readonly notes: readonly Note[]
}
const without = (attrs: FenceParams, names: readonly string[]): FenceParams =>
  Object.fromEntries(Object.entries(attrs).filter(([name]) => !names.includes(name)))
const optionsOf = (attrs: FenceParams) => Object.entries(without(attrs, ["name", "agent", ...panelSays]))
const split = (attrs: FenceParams) => ({
  params: Object.fromEntries(optionsOf(attrs).filter(([name]) => !isFenceSecret(name))),
  secrets: Object.fromEntries(optionsOf(attrs).filter(([name]) => isFenceSecret(name))),
})
const reservedNotes = (part: FenceDevice | FenceDeviceUse): readonly Note[] =>
  panelSays
    .filter((name) => part.attrs[name] !== undefined && name !== "action")
    .map((name) => ({
      line: part.line,
      code: "panelSays",
      text: `${name} of ${part.name} is said by the panel itself; it stays in the file.`,
    }))

type Names = Map<string, string>
function readDevice(device: FenceDevice, unfences: boolean, names: Names): Definitions["fenceDevices"][number] | Note {
  const note = (code: string, text: string): Note => ({ line: device.line, code, text: `Fence device ${device.name}: ${text}` })
  if (names.has(device.name)) return note("nameTaken", "there is another of this name.")
  if (device.agent === "fence_manual")
    return note("fenceManual", "the panel asks a person itself when no device can say; it needs no device for it.")
  const { params, secrets } = split(device.attrs)
  const name = freeName(device.name, "fence", new Set(names.values()))
  const parsed = FenceDeviceInput.safeParse({ name, agent: device.agent, params, unfences })
  if (!parsed.success) return note("notAccepted", `the panel does not take it (${parsed.error.issues.map((i) => i.message).join(", ")}).`)
  names.set(device.name, name)
  return { device: parsed.data, secrets }
}

function readNode(node: ClusterNode, names: Names): { readonly fencing: Definitions["fencing"]; readonly notes: readonly Note[] } {
  const notes: Note[] = []
  const levels = node.methods.flatMap((method) => {
    const missing = method.devices.find(({ name }) => !names.has(name))
    const secret = method.devices.find(({ attrs }) => Object.keys(attrs).some(isFenceSecret))
    const note = (code: string, text: string) =>
      notes.push({ line: method.line, code, text: `Fence method ${method.name} of ${node.name}: ${text}` })
    if (method.devices.length === 0) return note("methodEmpty", "it has no device.") ? [] : []
    if (missing) return note("deviceMissing", `its device ${missing.name} was not taken over.`) ? [] : []
    if (secret) return note("secretInUse", `a secret of ${secret.name} stands here; the panel keeps secrets with the device.`) ? [] : []
    notes.push(...method.devices.flatMap(reservedNotes))
    return [method.devices.map(({ name, attrs }) => ({ device: names.get(name) ?? name, params: split(attrs).params }))]
  })
  const parsed = NodeFencingInput.safeParse({ levels })
  if (!parsed.success) notes.push({ line: node.line, code: "notAccepted", text: `Fencing of ${node.name}: the panel does not take it.` })
  return { fencing: parsed.success && levels.length > 0 ? [{ node: node.name, levels: parsed.data.levels }] : [], notes }
}

const HOUR_S = 3_600
function readSettings({ fenceDaemon }: ClusterConf): { readonly settings: Definitions["settings"]; readonly notes: readonly Note[] } {
  const { postFailDelay, postJoinDelay, line = 0, attrs = {} } = fenceDaemon ?? {}
  const takes = (seconds: number | undefined): seconds is number => seconds !== undefined && seconds <= HOUR_S
  const lost = (["post_fail_delay", "post_join_delay"] as const).filter(
    (name) => attrs[name] !== undefined && !takes(name === "post_fail_delay" ? postFailDelay : postJoinDelay),
  )
  return {
    settings: {
      ...(takes(postFailDelay) ? { postFailDelayMs: postFailDelay * 1_000 } : {}),
      ...(takes(postJoinDelay) ? { postJoinDelayMs: postJoinDelay * 1_000 } : {}),
    },
    notes: lost.map((name) => ({ line, code: "notAccepted", text: `${name} ${attrs[name]}: the panel takes 0 to ${HOUR_S} seconds.` })),
  }
}

export function readFencing(conf: ClusterConf): Read {
  const names: Names = new Map()
  const unfencing = new Set(conf.nodes.flatMap(({ unfence }) => unfence.map(({ name }) => name)))
  const origins = new Map<string, XmlElement>()
  const notes: Note[] = []
  const devices = conf.fenceDevices.flatMap((device) => {
    const read = readDevice(device, unfencing.has(device.name), names)
    if ("code" in read) {
      notes.push(read)
      return []
    }
    notes.push(...reservedNotes(device))
    origins.set(read.device.name, device.element)
    return [read]
  })
  const nodes = conf.nodes.map((node) => readNode(node, names))
  const settings = readSettings(conf)
  notes.push(...nodes.flatMap((node) => node.notes), ...settings.notes)
  return { devices, nodes: nodes.flatMap(({ fencing }) => fencing), settings: settings.settings, origins, notes }
}
