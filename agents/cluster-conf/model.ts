import type { Attributes } from "../../lib/domain/resource-refs"
import type { XmlDocument, XmlElement } from "./xml"

/** What every part has: where it stands, all its attributes as written, and the element itself, so that nothing is lost. */
export type Part = { readonly line: number; readonly attrs: Attributes; readonly element: XmlElement }
export type FenceDeviceUse = Part & { readonly name: string }
export type FenceMethod = Part & { readonly name: string; readonly devices: readonly FenceDeviceUse[] }
export type ClusterNode = Part & {
  readonly name: string
  readonly nodeId: number | undefined
  readonly votes: number
  /** Levels in the order in which fenced tries them. */
  readonly methods: readonly FenceMethod[]
  readonly unfence: readonly FenceDeviceUse[]
  readonly altnames: readonly Part[]
}
export type FenceDevice = Part & { readonly name: string; readonly agent: string }
export type DomainNode = Part & { readonly name: string; readonly priority: number }
export type Domain = Part & {
  readonly name: string
  readonly ordered: boolean
  readonly restricted: boolean
  readonly nofailback: boolean
  readonly nodes: readonly DomainNode[]
}
/** A resource, a service or a vm, as an element of `<rm>`: `ref` and `__independent_subtree` are among its attributes. */
export type ResourcePart = Part & { readonly type: string; readonly children: readonly ResourcePart[]; readonly actions: readonly Part[] }
export type Cman = Part & {
  readonly twoNode: boolean
  readonly expectedVotes: number | undefined
  readonly port: number | undefined
  readonly transport: string | undefined
  readonly multicast: string | undefined
}
export type Quorumd = Part & {
  readonly votes: number | undefined
  readonly device: string | undefined
  readonly label: string | undefined
  readonly heuristics: readonly Part[]
}
export type FenceDaemon = Part & {
  /** Seconds. */
  readonly postJoinDelay: number | undefined
  readonly postFailDelay: number | undefined
}
export type ResourceManager = {
  /** Each `<rm>`; there should be one. */
  readonly parts: readonly Part[]
  readonly domains: readonly Domain[]
  readonly resources: readonly ResourcePart[]
  readonly defaults: readonly ResourcePart[]
  /** `<service>` and top-level `<vm>`. */
  readonly services: readonly ResourcePart[]
}
/** cluster.conf of RHEL 5 and 6, read-only; `document` is all of it. */
export type ClusterConf = {
  readonly document: XmlDocument
  readonly name: string
  readonly configVersion: number | undefined
  readonly cman: Cman | undefined
  readonly quorumd: Quorumd | undefined
  readonly totem: Part | undefined
  readonly nodes: readonly ClusterNode[]
  readonly fenceDevices: readonly FenceDevice[]
  readonly fenceDaemon: FenceDaemon | undefined
  readonly logging: Part | undefined
  readonly rm: ResourceManager
}
