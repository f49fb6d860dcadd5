import type { Db } from "../db/client"
import { newKeyPair } from "../node/keys"
import type { Pool } from "../node/pool"
import type { Endpoint, NodeSession } from "../node/session"

type Seal = { readonly seal: (plain: Buffer, purpose: string) => string; readonly open: (sealed: string, purpose: string) => Buffer }
const PURPOSE = "cluster key"

/** Which key opens which node: one pair a cluster, its private half sealed in the database and opened in memory only. */
export type Credentials = {
  readonly newKey: (comment: string) => { readonly publicKey: string; readonly privateKeySealed: string }
  readonly forEndpoint: (endpoint: Endpoint) => Promise<{ readonly privateKey: Buffer }>
  /** Remembers to which cluster an endpoint belongs, and opens it. */
  readonly open: (pool: Pool) => (endpoint: Endpoint, clusterId: string) => NodeSession
}
export function createCredentials(db: Db, { seal, open }: Seal): Credentials {
  const clusterOf = new Map<string, string>()
  const keyOf = (endpoint: Endpoint) => JSON.stringify(endpoint)
  const opened = new Map<string, Buffer>()
  return {
    newKey: (comment) => {
      const { publicKey, privateKey } = newKeyPair(comment)
      return { publicKey, privateKeySealed: seal(privateKey, PURPOSE) }
    },
    forEndpoint: async (endpoint) => {
      const clusterId = clusterOf.get(keyOf(endpoint)) ?? ""
      const known = opened.get(clusterId)
      if (known) return { privateKey: known }
      const { privateKeySealed } = await db.cluster.findUniqueOrThrow({ where: { id: clusterId } })
      const privateKey = open(privateKeySealed, PURPOSE)
      opened.set(clusterId, privateKey)
      return { privateKey }
    },
    open: (pool) => (endpoint, clusterId) => {
      for (let e: Endpoint | undefined = endpoint; e; e = e.via) clusterOf.set(keyOf(e), clusterId)
      return pool.session(endpoint)
    },
  }
}
