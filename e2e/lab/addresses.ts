import type { Lab } from "./lab"

const UNIT = "address-log"
const LOG = "/run/address-log"

/** From now on every node writes down when it gets an IPv4 address and when it gives one up; until it is powered off. */
export async function startAddressLogs(lab: Lab): Promise<void> {
  for (const { name } of lab.nodes)
    await lab.exec(name, "systemd-run", "-q", `--unit=${UNIT}`, "sh", "-c", `exec ip -ts -o -4 monitor address >${LOG}`)
}
export async function endAddressLogs(lab: Lab): Promise<void> {
  await Promise.all(lab.nodes.map(({ name }) => lab.exec(name, "systemctl", "stop", UNIT).catch(() => "")))
}

type Change = { readonly at: string; readonly node: string; readonly address: string; readonly isGone: boolean }
const LINE = /^\[(\S+)\] *(Deleted )?.* inet ([\d.]+)\//
/** The changes that a node's `ip -ts -o monitor address` told; its times are the host's clock, so they compare between nodes. */
const changesOf = (node: string, log: string): readonly Change[] =>
  log.split("\n").flatMap((line) => {
    const [, at, deleted, address] = LINE.exec(line) ?? []
    return at !== undefined && address !== undefined ? [{ at, node, address, isGone: deleted !== undefined }] : []
  })

export type Holding = { readonly address: string; readonly at: string; readonly nodes: readonly string[] }
/** Who held which of `addresses` after each change, from the first on. More than one node at once is what must never be. */
export async function holdingsOf(lab: Lab, addresses: readonly string[]): Promise<readonly Holding[]> {
  const logs = await Promise.all(lab.nodes.map(async ({ name }) => changesOf(name, await lab.exec(name, "cat", LOG))))
  const changes = logs.flat().sort((a, b) => (a.at < b.at ? -1 : 1))
  return addresses.flatMap((address) => {
    const nodes = new Set<string>()
    return changes
      .filter((change) => change.address === address)
      .map(({ at, node, isGone }) => {
        if (isGone) nodes.delete(node)
        else nodes.add(node)
        return { address, at, nodes: [...nodes] }
      })
  })
}
