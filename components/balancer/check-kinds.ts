import type { Check } from "@/lib/domain/balancer-health"

export const checkKinds = ["tcp", "http", "ssl", "smtp", "dns", "misc", "ping", "udp"] as const satisfies readonly Check["kind"][]
const shared = ["alpha", "retry", "delayBeforeRetry", "delayLoop", "warmup", "logAllFailures"] as const
const connection = ["connectTimeout", "connectIp", "connectPort", "bindTo", "bindInterface", "bindPort", "mark"] as const

/** Another kind of check keeps what both have. */
export function newCheck(kind: Check["kind"], was?: Check): Check {
  const names: readonly string[] = kind === "misc" ? shared : [...shared, ...connection]
  const same = Object.fromEntries(Object.entries(was ?? { connectTimeout: 3 }).filter(([name]) => names.includes(name)))
  const common = { ...same, kept: [] }
  if (kind === "http" || kind === "ssl")
    return {
      ...common,
      kind,
      urls: was?.kind === "http" || was?.kind === "ssl" ? was.urls : [{ path: "/", statusCodes: [{ from: 200, to: 200 }], kept: [] }],
    }
  if (kind === "dns") return { ...common, kind, type: "SOA", name: "." }
  return kind === "misc" ? { ...common, kind, path: "", timeout: 5 } : { ...common, kind }
}
