import { newKeyPair } from "../node/keys"
import { type Served, serveSession } from "../node/ssh-server"
import type { SimCluster, SimNode } from "./cluster"

/** An SSH host key pair, as `newKeyPair` makes it. */
export type HostKey = ReturnType<typeof newKeyPair>
export type ServedNode = {
  readonly name: string
  readonly host: string
  readonly port: number
  /** As in known_hosts, without a comment: "ssh-ed25519 AAAA…". */
  readonly hostKey: string
}
export type ServedCluster = {
  readonly nodes: readonly ServedNode[]
  /** Off: connections go silent and everything in memory is gone. The disk and the host key stay. */
  readonly power: (node: string, isOn: boolean) => void
  readonly cable: (node: string, isPlugged: boolean) => void
  /** Lets the holder of this OpenSSH public key in, as if somebody had added it to authorized_keys. */
  readonly authorize: (node: string, publicKey: string) => void
  readonly close: () => Promise<void>
}
type Options = {
  readonly cluster: SimCluster
  /** Given so that a restarted demo shows the keys that the panel has pinned; else new ones. */
  readonly hostKeys?: ReadonlyMap<string, HostKey>
  /** 0, or no entry: any free port. */
  readonly ports?: ReadonlyMap<string, number>
  /** OpenSSH public keys that may log in as root. What is installed by password comes on top, on that node. */
  readonly publicKeys?: readonly string[]
  readonly passwords?: readonly { readonly user: string; readonly password: string }[]
}

/** Every node of a pretend cluster as a real SSH server on loopback. */
export async function serveCluster({ cluster, hostKeys, ports, publicKeys = [], passwords = [] }: Options): Promise<ServedCluster> {
  const served = new Map<string, Served>()
  const nodes: ServedNode[] = []
  const authorized = new Map<string, string[]>()
  for (const node of cluster.nodes()) {
    const { name, session } = node
    const pair = hostKeys?.get(name) ?? newKeyPair(name)
    const keys = [...publicKeys]
    authorized.set(name, keys)
    const server = await serveSession({
      session,
      hostKey: pair.privateKey,
      publicKeys: () => keys,
      passwords,
      onPublicKey: (key) => void keys.push(key.trim()),
      port: ports?.get(name) ?? 0,
    })
    served.set(name, server)
    nodes.push({ name, host: "127.0.0.1", port: server.port, hostKey: pair.publicKey.split(" ").slice(0, 2).join(" ") })
  }
  /** A machine without power and one without a cable look the same from afar. */
  const link = (node: SimNode) => {
    if (node.isOn() && node.isPlugged()) served.get(node.name)?.restore()
    else served.get(node.name)?.cut("silent")
  }
  const change = (name: string, act: () => void) => {
    act()
    link(cluster.nodeOf(name))
  }
  return {
    nodes,
    power: (name, isOn) => change(name, () => cluster.power(name, isOn)),
    cable: (name, isPlugged) => change(name, () => cluster.cable(name, isPlugged)),
    authorize: (name, publicKey) => void authorized.get(name)?.push(publicKey),
    close: async () => {
      await Promise.all([...served.values()].map((server) => server.close()))
    },
  }
}
