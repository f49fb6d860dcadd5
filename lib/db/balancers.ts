import { type Balancer, balancerSchema } from "../domain/balancer"
import type { Db } from "./client"

/** A version never changes: it is parsed once. The newest few are kept in memory. */
const known = new Map<string, Balancer>()
const KNOWN_MAX = 32

/** A version of a balancer's model, passwords left out; undefined when there is none of this number. @throws ZodError */
export async function balancerModel(db: Pick<Db, "balancerVersion">, balancerId: string, number: number): Promise<Balancer | undefined> {
  const key = `${balancerId}/${number}`
  const found = known.get(key)
  if (found) return found
  const row = await db.balancerVersion.findUnique({ where: { balancerId_number: { balancerId, number } } })
  if (!row) return undefined
  const model = balancerSchema.parse(row.model)
  known.set(key, model)
  const [oldest] = known.keys()
  if (known.size > KNOWN_MAX && oldest !== undefined) known.delete(oldest)
  return model
}
