import { z } from "zod"
import type { Db } from "../db/client"
import { newKeyPair } from "../node/keys"
import type { Pool } from "../node/pool"
import type { Endpoint, NodeSession } from "../node/session"

type Seal = { readonly seal: (plain: Buffer, purpose: string) => string; readonly open: (sealed: string, purpose: string) => Buffer }
const PURPOSE = "cluster key"
const FENCE_PURPOSE = "fence device"
const Secrets = z.record(z.string(), z.string())

/** Which key opens which node: one pair a cluster, its private half sealed in the database and opened in memory only. */
export type Credentials = {
  readonly newKey: (comment: string) => { readonly publicKey: string; readonly privateKeySealed: string }
  readonly forEndpoint: (endpoint: Endpoint) => Promise<{ readonly privateKey: Buffer }>
  /** Secret parameters of a fence device, for the database and back. */
  readonly sealSecrets: (secrets: Readonly<Record<string, string>>) => string
  readonly openSecrets: (sealed: string) => Readonly<Record<string, string>>
  /** For the secrets of alert channels. */
  readonly sealer: Seal
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
    sealSecrets: (secrets) => seal(Buffer.from(JSON.stringify(secrets)), FENCE_PURPOSE),
    sealer: { seal, open },
    openSecrets: (sealed) => Secrets.parse(JSON.parse(open(sealed, FENCE_PURPOSE).toString())),
    open: (pool) => (endpoint, clusterId) => {
      for (let e: Endpoint | undefined = endpoint; e; e = e.via) clusterOf.set(keyOf(e), clusterId)
      return pool.session(endpoint)
    },
  }
}
