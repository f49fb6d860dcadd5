import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { hashPassword } from "../auth/password"
import { type Db, json } from "../db/client"
import type { DemoControl } from "../engine"
import { newKeyPair } from "../node/keys"
import type { Endpoint, NodeSession } from "../node/session"
import type { Touch } from "../node/touch"
import { touchSim } from "../sim/cluster"
import { bringUp, bringUpBalancer, createDemoCluster, demoBalancer, demoDirectors, demoDomains, demoServices } from "../sim/demo"
import { type HostKey, type ServedNode, serveCluster } from "../sim/serve"
import type { Credentials } from "./credentials"

export type Demo = {
  readonly panel: NodeSession
  readonly touch: (endpoint: Endpoint) => Promise<Touch>
  readonly control: DemoControl
  readonly fill: (db: Db, credentials: Credentials) => Promise<void>
  readonly close: () => Promise<void>
}
type Settings = { readonly dataDir: string; readonly demoPassword?: string | undefined }
const CLUSTER = "zigsow-cluster"

/** Three simulated machines as real SSH servers on loopback: the demo goes through the whole stack. */
export async function startDemo({ dataDir, demoPassword }: Settings): Promise<Demo> {
  const cluster = createDemoCluster()
  await bringUp(cluster)
  await bringUpBalancer(cluster)
  const served = await serveCluster({
    cluster,
    hostKeys: keptHostKeys(
      join(dataDir, "demo-host-keys.json"),
      cluster.nodes().map(({ name }) => name),
    ),
  })
  // A fence device that cuts the power sees to the machine's SSH server as well.
  cluster.setOnPower(served.power)
  const control: DemoControl = {
    nodes: () => cluster.nodes().map((node) => ({ name: node.name, isOn: node.isOn(), isPlugged: node.isPlugged(), units: node.units() })),
    power: served.power,
    cable: served.cable,
    stopUnit: (node, unit) => cluster.nodeOf(node).disturb("stopUnit", unit),
  }
  return {
    control,
    panel: cluster.panel,
    touch: async ({ node }) => touchSim(cluster.nodeOf(node)),
    close: served.close,
    fill: async (db, credentials) => {
      if (demoPassword !== undefined && (await db.user.count()) === 0)
        await db.user.create({ data: { name: "admin", role: "admin", passwordHash: await hashPassword(demoPassword) } })
      const known = await db.cluster.findUnique({ where: { name: CLUSTER } })
      const { id, publicKey } = known ?? (await db.cluster.create({ data: { name: CLUSTER, ...credentials.newKey(`moyai@${CLUSTER}`) } }))
      for (const name of served.nodes.map((n) => n.name)) served.authorize(name, publicKey)
      if (known) await rewire(db, id, served.nodes)
      else await define(db, id, served.nodes)
    },
  }
}

/** The pinned keys must still be right after a restart of the demo. */
function keptHostKeys(file: string, names: readonly string[]): ReadonlyMap<string, HostKey> {
  if (!existsSync(file)) {
    const made = Object.fromEntries(names.map((name) => [name, newKeyPair(name)]))
    const text = Object.fromEntries(
      Object.entries(made).map(([name, { publicKey, privateKey }]) => [name, { publicKey, privateKey: privateKey.toString() }]),
    )
    writeFileSync(file, JSON.stringify(text), { mode: 0o600 })
  }
  const kept: Record<string, { publicKey: string; privateKey: string }> = JSON.parse(readFileSync(file, "utf8"))
  return new Map(
    Object.entries(kept).map(([name, { publicKey, privateKey }]) => [name, { publicKey, privateKey: Buffer.from(privateKey) }]),
  )
}
async function rewire(db: Db, clusterId: string, nodes: readonly ServedNode[]) {
  for (const { name, host, port } of nodes) await db.node.updateMany({ where: { clusterId, name }, data: { host, port } })
}
const isMember = (node: string): boolean => demoDirectors.every(({ name }) => name !== node)
const fencedInDemo = ["h1", "h2"]
async function define(db: Db, clusterId: string, nodes: readonly ServedNode[]) {
  const ids = new Map<string, string>()
  for (const [position, { name, host, port, hostKey }] of nodes.entries())
    ids.set(
      name,
      (await db.node.create({ data: { ...{ clusterId, name, host, port, hostKey, position }, user: "root", isMember: isMember(name) } }))
        .id,
    )
  // The rack's power switch knows the outlets of all but the third: what that means stands on the overview.
  const { id: deviceId } = await db.fenceDevice.create({ data: { clusterId, name: "pdu-1", agent: "fence_sim", params: { ip: "pdu-1" } } })
  for (const name of fencedInDemo)
    await db.fenceMethod.create({ data: { nodeId: ids.get(name) ?? "", level: 0, position: 0, deviceId, params: { plug: name } } })
  for (const { name, members, ...flags } of demoDomains) {
    const list = members.map(({ node, priority = null }, position) => ({ nodeId: ids.get(node) ?? "", priority, position }))
    await db.failoverDomain.create({ data: { clusterId, name, ...flags, members: { create: list } } })
  }
  for (const [position, { name, domain, isExclusive, autostart, resources }] of demoServices.entries()) {
    const { id: domainId } = await db.failoverDomain.findUniqueOrThrow({ where: { clusterId_name: { clusterId, name: domain ?? "" } } })
    const list = resources.map((r, i) => ({ name: r.name, driver: r.driver, params: json(r.params), position: i }))
    await db.service.create({ data: { clusterId, name, domainId, isExclusive, autostart, position, resources: { create: list } } })
  }
  const { name, engine, nodes: directors, model } = demoBalancer
  await db.balancer.create({
    data: {
      ...{ clusterId, name, engine, version: 1, ignored: {} },
      directors: { create: directors.map((node, position) => ({ nodeId: ids.get(node) ?? "", position })) },
      versions: { create: [{ number: 1, model: json(model), at: new Date(), userName: "demo" }] },
    },
  })
}
