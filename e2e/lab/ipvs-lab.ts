import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { makeIpvsImage } from "./ipvs-image"
import { bootMachine, endMachine, inMachine, placeOf, portsOf } from "./ipvs-machine"
import { LAB_NAME } from "./lab"

const NAMES = ["d1", "d2", "r1", "r2", "r3"] as const // as in ipvs/lab
const ADDRESSES = NAMES.map((_, i) => `10.77.0.${11 + i}`)

export type IpvsNodeName = (typeof NAMES)[number]
export type IpvsNode = {
  readonly name: IpvsNodeName
  /** Where the panel reaches it by ssh: 127.0.0.1 and a port of its own. */
  readonly host: string
  readonly port: number
  /** Where the others reach it: 10.77.0.11 to .15. */
  readonly address: string
  readonly hostKey: string
  readonly fingerprint: string
}
/** Directors d1 and d2, real servers r1 to r3, and the client h0 (10.77.0.10), in one machine whose kernel has IPVS. */
export type IpvsLab = {
  readonly name: string
  /** The folder of its files on this machine; gone with it. */
  readonly place: string
  readonly nodes: readonly IpvsNode[]
  /** Service addresses that nobody holds yet, where all nodes are: 10.77.0.100 and on. */
  readonly vip: (n: number) => string
  /** The same in a second network, 10.78.0.100 and on: there are only the client (.10) and eth1 of the directors (.11, .12). */
  readonly outerVip: (n: number) => string
  /** Runs as root in the node, also when it is unplugged, and gives its stdout. A non-zero exit is thrown. */
  readonly exec: (node: IpvsNodeName, ...argv: readonly string[]) => Promise<string>
  /** Writes a file in the node, as root. */
  readonly write: (node: IpvsNodeName, path: string, text: string) => Promise<void>
  /** Runs in the client's networks, and gives its stdout. A non-zero exit is thrown. */
  readonly client: (...argv: readonly string[]) => Promise<string>
  /** The wires go first, then all at once. The disk survives. */
  readonly cutPower: (node: IpvsNodeName) => Promise<void>
  /** Until it answers ssh. */
  readonly powerOn: (node: IpvsNodeName) => Promise<void>
  /** Unplugs it at the switches, from the panel too: what is sent is lost, and the node's own links stay up. */
  readonly cutLink: (node: IpvsNodeName) => Promise<void>
  readonly healLink: (node: IpvsNodeName) => Promise<void>
  /** What these two send each other in 10.77.0.0/24 is lost, VRRP too, also after a boot. The panel reaches both. */
  readonly cutPair: (node: IpvsNodeName, other: IpvsNodeName) => Promise<void>
  /** The same with these; "panel" is panel and client. */
  readonly cutFrom: (node: IpvsNodeName, others: "panel" | "peers" | "all") => Promise<void>
  /** Takes back every `cutPair` and `cutFrom` of that node. */
  readonly heal: (node: IpvsNodeName) => Promise<void>
  /** A key that root's login takes. The panel's own key is not there: it is installed by the panel, as LAB_USER with LAB_PASSWORD. */
  readonly controlKey: Buffer
  readonly controlKeyFile: string
  /** Throws when anything is left. */
  readonly down: () => Promise<void>
}

type Wanted = { readonly name?: string; readonly isKept?: boolean }
/**
 * Boots the machine; the README says how long that takes. What a killed run of that name left behind is taken down first; of a run
 * that is alive it is refused. `isKept`: it outlives this process, and whoever starts one of that name replaces it.
 */
export async function startIpvsLab({ name = LAB_NAME, isKept = false }: Wanted = {}): Promise<IpvsLab> {
  await bootMachine({ name, image: makeIpvsImage(), isKept, addresses: ADDRESSES })
  return ipvsLabOf(name)
}

function nodesOf(name: string): readonly IpvsNode[] {
  const [, ...ports] = portsOf(name)
  return NAMES.map((node, i) => {
    const file = join(placeOf(name), "nodes", node, "upper/etc/ssh/ssh_host_ed25519_key.pub")
    const hostKey = readFileSync(file, "utf8").split(" ").slice(0, 2).join(" ")
    const digest = createHash("sha256").update(Buffer.from(hostKey.split(" ")[1] ?? "", "base64"))
    const fingerprint = `SHA256:${digest.digest("base64").replace(/=+$/, "")}`
    return { name: node, host: "127.0.0.1", port: ports[i] ?? 0, address: ADDRESSES[i] ?? "", hostKey, fingerprint }
  })
}
/** A lab that is up already, for another process of this machine. */
export function ipvsLabOf(name = LAB_NAME): IpvsLab {
  const place = placeOf(name)
  const controlKeyFile = join(place, "nodes/control")
  const lab = (...argv: readonly string[]) => inMachine(name, ["/mnt/lab", ...argv])
  const done = async (answer: Promise<string>): Promise<void> => void (await answer)
  return {
    name,
    place,
    nodes: nodesOf(name),
    vip: (n) => `10.77.0.${100 + n}`,
    outerVip: (n) => `10.78.0.${100 + n}`,
    exec: (node, ...argv) => lab("exec", node, ...argv),
    write: (node, path, text) => done(lab("exec", node, "sh", "-c", 'printf %s "$1" >"$2"', "sh", text, path)),
    client: (...argv) => inMachine(name, ["nsenter", "--net=/run/netns/ipvs-h0", "--", ...argv]),
    cutPower: (node) => done(lab("power-off", node)),
    powerOn: (node) => done(lab("power-on", node)),
    cutLink: (node) => done(lab("cut", node)),
    healLink: (node) => done(lab("heal", node)),
    cutPair: (node, other) => done(lab("cut-pair", node, other)),
    cutFrom: (node, others) => done(lab("cut-from", node, others)),
    heal: (node) => done(lab("heal-from", node)),
    controlKey: readFileSync(controlKeyFile),
    controlKeyFile,
    down: () => endMachine(name),
  }
}
