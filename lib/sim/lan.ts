import type { SimHost } from "../../agents/contract"

type Lan = NonNullable<SimHost["lan"]>
/** What the daemons of pretend machines call to each other; who hears whom is the cluster's to say. */
export type SimLan = {
  /** A machine's place on the segment, for one boot of it. */
  readonly join: (node: string) => Lan
  /** Its power is gone, and its daemons with it. */
  readonly leave: (node: string) => void
  /** Cables or power have changed: everybody listens anew. */
  readonly changed: () => void
}
export function createLan(isUp: (node: string) => boolean, hears: (from: string, to: string) => boolean): SimLan {
  const words = new Map<string, Map<string, string>>()
  const ears = new Map<string, Set<() => void>>()
  const tell = (nodes: readonly string[]) => {
    for (const node of nodes) for (const act of [...(ears.get(node) ?? [])]) act()
  }
  const everybodyBut = (node: string) => [...ears.keys()].filter((other) => other !== node)
  const join = (node: string): Lan => {
    const own = new Map<string, string>()
    words.set(node, own)
    const acts = new Set<() => void>()
    ears.set(node, acts)
    return {
      isUp: () => isUp(node),
      say: (channel, text) => {
        if (own.get(channel) === text) return
        if (text === undefined) own.delete(channel)
        else own.set(channel, text)
        tell(everybodyBut(node))
      },
      hears: (channel) =>
        [...words].flatMap(([other, said]) => {
          const text = other !== node && hears(other, node) ? said.get(channel) : undefined
          return text === undefined ? [] : [text]
        }),
      onChange: (act) => void acts.add(act),
    }
  }
  const leave = (node: string) => {
    words.delete(node)
    ears.delete(node)
    tell([...ears.keys()])
  }
  return { join, leave, changed: () => tell([...ears.keys()]) }
}
