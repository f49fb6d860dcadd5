import { stateNumbers, type TwinGroup, type TwinNode, type TwinView } from "./view"

/** A member that is up and runs rgmanager, unless said otherwise. */
export const member = (name: string, id: number, over: Partial<TwinNode> = {}): TwinNode => ({
  ...{ name, id, isUp: true, isLocal: false, hasManager: true, isVictim: false },
  ...over,
})
export function group(name: string, state: keyof typeof stateNumbers, over: Partial<TwinGroup> = {}): TwinGroup {
  const [number, stateName] = stateNumbers[state]
  return {
    ...{ name: `service:${name}`, state: number, stateName, isFrozen: false, isPartial: false },
    ...{ owner: undefined, lastOwner: undefined, restarts: 0, sinceMs: Date.UTC(2014, 8, 3, 13, 42, 1) },
    ...over,
  }
}
/** Three members as in the old documents: one lost. */
export const cluster: TwinView = {
  ...{ name: "zigsow-cluster", nowMs: Date.UTC(2014, 8, 3, 15, 42, 1), isQuorate: true, isLocked: false },
  nodes: [
    member("h1.example.net", 1, { isLocal: true }),
    member("h2.example.net", 2),
    member("h3.example.net", 3, { isUp: false, hasManager: false, isVictim: true }),
  ],
  groups: [
    group("httpd", "started", { owner: "h1.example.net", lastOwner: "h2.example.net", restarts: 2 }),
    group("mail", "blocked", { owner: "h3.example.net" }),
    group("named", "started", { owner: "h2.example.net", isFrozen: true, isPartial: true }),
    group("off", "disabled", { lastOwner: "h2.example.net" }),
  ],
}
