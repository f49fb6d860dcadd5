import type { FactView } from "./views"

/** One message of the event stream. State events are hints (invalidate); journal events carry data. */
export type StreamEvent =
  | {
      readonly type: "changed"
      readonly what: "overview" | "node" | "service" | "job" | "event" | "definition" | "session"
      readonly key: string | null
    }
  | { readonly type: "fact"; readonly cluster: string; readonly node: string; readonly name: string; readonly fact: FactView }
  | { readonly type: "output"; readonly jobId: string; readonly step: number; readonly line: string }
