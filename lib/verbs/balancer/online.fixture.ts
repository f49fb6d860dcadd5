import { startWorld, type World } from "../../server/world.fixture"

/** A panel with users and without services, once it has heard of all of these nodes. */
export async function startOnline(nodes: readonly { readonly name: string; readonly address: string }[]): Promise<World> {
  const w = await startWorld({ nodes, services: false, users: true })
  await w.until("all are online", async () =>
    (await w.admin.overview.get({ clusterId: w.clusterId })).nodes.every(({ state }) => state === "online"),
  )
  return w
}
