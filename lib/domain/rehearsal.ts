import { z } from "zod"

/** Read: what a node has of what one resource would need there. Contents are never read, only their digests. */
export type FileSeen = { readonly kind: "file" | "link"; readonly digest: string; readonly mode: string }
export type Rehearsed = {
  /** The unit, script or agent itself. */
  readonly isThere: boolean
  readonly package: { readonly name: string; readonly version: string } | null
  readonly startsAtBoot: boolean
  /** By path; a link's digest is its target. */
  readonly files: Readonly<Record<string, FileSeen>>
  /** There are more than were looked at. */
  readonly isCut: boolean
  /** What could not be looked at: files, or folders with something in them that could not. */
  readonly unread: readonly string[]
  readonly directories: readonly string[]
  readonly devices: readonly string[]
  /** What its unit would execute and is not there. */
  readonly missingPrograms: readonly string[]
  /** The interface that its parameters name, when there is none. */
  readonly missingNic: string | null
}
export type ResourceRehearsal = {
  readonly resource: string
  /** Undefined: the node did not answer, or not to the end. */
  readonly seen: Rehearsed | undefined
  readonly validation: { readonly verdict: "ok" | "failed" | "notSupported"; readonly detail: string } | undefined
  /** A mount point and what is mounted there, of a file system. */
  readonly mount: { readonly directory: string; readonly device: string } | undefined
  /** Addresses that it would bring up. */
  readonly addresses: readonly string[]
}
export type NodeRehearsal = {
  readonly node: string
  /** Networks of the node's interfaces, "192.168.10.231/24"; undefined when they are not known. */
  readonly networks: readonly string[] | undefined
  readonly resources: readonly ResourceRehearsal[]
}

export const findingCodes = [
  "notSeen",
  "notChecked",
  "addressNotChecked",
  "programMissing",
  "binaryMissing",
  "validateFailed",
  "packageMissing",
  "packageDiffers",
  "fileDiffers",
  "fileMissing",
  "fileExtra",
  "modeDiffers",
  "manyDiffer",
  "tooManyFiles",
  "startsAtBoot",
  "mountPointMissing",
  "deviceMissing",
  "addressOutside",
  "nicMissing",
] as const
export const Finding = z.object({
  code: z.enum(findingCodes),
  level: z.enum(["bad", "warn", "unknown"]),
  resource: z.string(),
  params: z.record(z.string(), z.string()),
})
export type Finding = z.infer<typeof Finding>
export const verdicts = ["ready", "warnings", "notReady", "unknown"] as const
export type Verdict = (typeof verdicts)[number]
/** Unknown is never ready, and what is certainly wrong is worse than what nobody knows. */
export function verdictOf(findings: readonly Pick<Finding, "level">[]): Verdict {
  if (findings.some(({ level }) => level === "bad")) return "notReady"
  if (findings.some(({ level }) => level === "unknown")) return "unknown"
  return findings.length > 0 ? "warnings" : "ready"
}

const bitsOf = (ip: string): string =>
  ip
    .split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0"))
    .join("")
/** IPv4 only: of other families nothing is said. */
function isInside(ip: string, network: string): boolean {
  const [base = "", prefix = "32"] = network.split("/")
  return bitsOf(ip).slice(0, Number(prefix)) === bitsOf(base).slice(0, Number(prefix)) && Number(prefix) < 32
}
const isIpv4 = (ip: string): boolean => /^\d+\.\d+\.\d+\.\d+$/.test(ip)

const FILES_TOLD = 10
/** What differs from the reference, file by file; more than a few are told as one. */
function fileFindings(resource: string, own: Rehearsed, reference: Rehearsed, node: string): readonly Finding[] {
  const paths = [...new Set([...Object.keys(own.files), ...Object.keys(reference.files)])].toSorted()
  const found = paths.flatMap((path): Finding[] => {
    const [a, b] = [own.files[path], reference.files[path]]
    const finding = (code: Finding["code"]): Finding => ({ code, level: "warn", resource, params: { path, reference: node } })
    if (!a) return [finding("fileMissing")]
    if (!b) return [finding("fileExtra")]
    if (a.kind !== b.kind || a.digest !== b.digest) return [finding("fileDiffers")]
    return a.mode === b.mode ? [] : [{ ...finding("modeDiffers"), params: { path, reference: node, mode: a.mode, other: b.mode } }]
  })
  if (found.length <= FILES_TOLD) return found
  const rest = {
    code: "manyDiffer" as const,
    level: "warn" as const,
    resource,
    params: { n: String(found.length - FILES_TOLD), reference: node },
  }
  return [...found.slice(0, FILES_TOLD), rest]
}

type Note = (code: Finding["code"], level: Finding["level"], params?: Finding["params"]) => Finding
/** What the node lacks by itself, whatever the others have. */
function ownFindings(
  { validation, mount, addresses }: ResourceRehearsal,
  seen: Rehearsed,
  networks: NodeRehearsal["networks"],
  note: Note,
) {
  const [unread] = seen.unread
  const isOutside = (ip: string) =>
    isIpv4(ip) && networks !== undefined && !networks.some((network) => isIpv4(network.split("/")[0] ?? "") && isInside(ip, network))
  const isDeviceMissing = mount?.device.startsWith("/dev/") && !seen.devices.includes(mount.device)
  return [
    seen.isThere ? [] : note("programMissing", "bad"),
    validation?.verdict === "failed" ? note("validateFailed", "bad", { detail: validation.detail }) : [],
    seen.startsAtBoot ? note("startsAtBoot", "warn") : [],
    seen.isCut ? note("tooManyFiles", "unknown") : [],
    unread === undefined ? [] : note("notChecked", "unknown", { path: unread, n: String(seen.unread.length) }),
    seen.missingPrograms.map((path) => note("binaryMissing", "bad", { path })),
    seen.missingNic === null ? [] : note("nicMissing", "bad", { nic: seen.missingNic }),
    mount && !seen.directories.includes(mount.directory) ? note("mountPointMissing", "bad", { path: mount.directory }) : [],
    mount && isDeviceMissing ? note("deviceMissing", "bad", { path: mount.device }) : [],
    networks === undefined ? addresses.filter(isIpv4).map((ip) => note("addressNotChecked", "unknown", { ip })) : [],
    addresses.filter(isOutside).map((ip) => note("addressOutside", "bad", { ip })),
  ].flat()
}
function packageFindings(own: Rehearsed["package"], other: Rehearsed["package"], reference: string, note: Note): readonly Finding[] {
  if (!other) return []
  if (!own) return [note("packageMissing", "bad", { package: other.name, reference })]
  const [here, there] = [`${own.name} ${own.version}`, `${other.name} ${other.version}`]
  return here === there ? [] : [note("packageDiffers", "warn", { package: here, other: there, reference })]
}
type Beside = { readonly node: string; readonly seen: Rehearsed }
/** One resource on one node, beside the node that it is compared with. */
function findingsOf(one: ResourceRehearsal, networks: NodeRehearsal["networks"], beside: Beside | undefined): readonly Finding[] {
  const { resource, seen } = one
  const note: Note = (code, level, params = {}) => ({ code, level, resource, params })
  if (!seen) return [note("notSeen", "unknown")]
  const own = ownFindings(one, seen, networks, note)
  if (!beside) return own
  const { node, seen: other } = beside
  return [...own, ...packageFindings(seen.package, other.package, node, note), ...fileFindings(resource, seen, other, node)]
}

/** Alike are those with the same package and the same files; the largest group speaks, of equal ones the first. */
function mostAlike(all: readonly Beside[]): Beside | undefined {
  const likenessOf = ({ seen }: Beside) =>
    JSON.stringify([seen.package, Object.entries(seen.files).toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)))])
  const groups = new Map<string, readonly Beside[]>()
  for (const one of all) groups.set(likenessOf(one), [...(groups.get(likenessOf(one)) ?? []), one])
  return [...groups.values()].reduce<readonly Beside[]>((best, group) => (group.length > best.length ? group : best), [])[0]
}
/**
 * Whether a service could start on each node: by what the node itself has, and beside the node where it runs; when that is none,
 * or has nothing of it, beside one of the majority.
 */
export function compare(nodes: readonly NodeRehearsal[], owner: string | undefined): ReadonlyMap<string, readonly Finding[]> {
  const referenceOf = (resource: string): Beside | undefined => {
    const all = nodes.flatMap(({ node, resources }) => {
      const seen = resources.find((r) => r.resource === resource)?.seen
      return seen?.isThere ? [{ node, seen }] : []
    })
    return all.find(({ node }) => node === owner) ?? mostAlike(all)
  }
  const references = new Map(
    [...new Set(nodes.flatMap(({ resources }) => resources.map((r) => r.resource)))].map((r) => [r, referenceOf(r)]),
  )
  return new Map(
    nodes.map(({ node, networks, resources }) => [
      node,
      resources.flatMap((one) => {
        const reference = references.get(one.resource)
        return findingsOf(one, networks, reference?.node === node ? undefined : reference)
      }),
    ]),
  )
}
