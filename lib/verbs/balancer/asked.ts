import type { Fact } from "../../../agents/contract"
import type { Ctx } from "../context"

type Understood<T> = { readonly value: T } | { readonly why: string }
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string }
/** What a node answers when it is asked once. An answer that is not understood is its own affair, and no fault of the panel. */
export async function asked<T>({ engine }: Ctx, clusterId: string, node: string, fact: Fact<T>): Promise<Answer<T>> {
  const answer = await engine.inventory.readOnce<Understood<T>>(clusterId, node, {
    ...fact,
    parse: (result) => {
      try {
        return { value: fact.parse(result) }
      } catch (error) {
        return { why: error instanceof Error ? error.message : String(error) }
      }
    },
  })
  if (!answer.ok) return answer
  return "value" in answer.value ? { ok: true, value: answer.value.value } : { ok: false, why: answer.value.why }
}
