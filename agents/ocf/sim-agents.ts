import type { Begun, SimHost } from "../contract"
import { metadataOf } from "./sim-metadata"
import { answer, type Phase, phasesOf, result } from "./sim-phases"
import { rehearsalOf } from "./sim-rehearsal"

const BASE = "/usr/lib/ocf/resource.d/"
type Times = { readonly startMs: number; readonly stopMs: number }
const agents = new Map<string, Times>([
  ["heartbeat/Dummy", { startMs: 200, stopMs: 200 }],
  ["heartbeat/IPaddr2", { startMs: 100, stopMs: 100 }],
  ["heartbeat/Filesystem", { startMs: 300, stopMs: 300 }],
  ["heartbeat/LVM-activate", { startMs: 400, stopMs: 400 }],
  ["heartbeat/exportfs", { startMs: 100, stopMs: 100 }],
  ["heartbeat/nfsserver", { startMs: 500, stopMs: 500 }],
  ["heartbeat/mysql", { startMs: 1_500, stopMs: 1_000 }],
  ["heartbeat/apache", { startMs: 1_200, stopMs: 700 }],
  ["heartbeat/named", { startMs: 800, stopMs: 500 }],
  ["heartbeat/postfix", { startMs: 1_000, stopMs: 600 }],
])
/** While it starts or stops, the agent already says "not running": the worst that a monitor may do. */
const monitorCodes: Record<Phase, number> = { started: 0, starting: 7, stopped: 7, stopping: 7, failed: 7, stuck: 1 }

type Invocation = {
  readonly name: string
  readonly variables: ReadonlyMap<string, string>
  readonly agent: string
  readonly action: string
}
/** env A=b … /usr/lib/ocf/resource.d/provider/agent action */
function invocationOf(argv: readonly string[]): Invocation | undefined {
  const [path, action] = argv.slice(-2)
  if (argv[0] !== "env" || action === undefined || !path?.startsWith(BASE)) return undefined
  const variables = new Map(argv.slice(1, -2).map((word) => [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)]))
  return { name: variables.get("OCF_RESOURCE_INSTANCE") ?? "default", variables, agent: path.slice(BASE.length), action }
}
/** IPaddr2's address with its prefix; a real one asks the routing table for the prefix. */
function addressOf({ agent, variables }: Invocation): string | undefined {
  const ip = agent.endsWith("/IPaddr2") ? variables.get("OCF_RESKEY_ip") : undefined
  return ip === undefined ? undefined : `${ip}/${variables.get("OCF_RESKEY_cidr_netmask") ?? (ip.includes(":") ? "64" : "24")}`
}

/** OCF agents as programs of the machine. IPaddr2 really changes its addresses. */
export function simulateAgents(host: SimHost) {
  const phases = phasesOf(host)
  const kinds = new Map<string, string>()
  const addresses = new Map<string, string>()

  /** An address that was taken away by hand is seen by IPaddr2's monitor. */
  function codeOf(name: string): number {
    const address = addresses.get(name)
    const isGone = address !== undefined && phases.get(name) === "started" && !host.addresses.has(address)
    return isGone ? 7 : monitorCodes[phases.get(name)]
  }
  function change(invocation: Invocation, action: "start" | "stop", { startMs, stopMs }: Times): Begun {
    const { name, agent } = invocation
    const address = addressOf(invocation)
    kinds.set(name, agent)
    if (address !== undefined) addresses.set(name, address)
    const succeeded = () => {
      if (address !== undefined && action === "start") host.addresses.add(address)
      if (address !== undefined && action === "stop") host.addresses.delete(address)
      return result(0)
    }
    const failed = () => result(1, "", `ocf-exit-reason:${name} did not ${action}\n`)
    return phases.change({ name, action, takesMs: action === "start" ? startMs : stopMs, failsAs: "stuck", succeeded, failed })
  }
  function perform(invocation: Invocation): Begun {
    const { agent, action, name } = invocation
    const times = agents.get(agent)
    if (!times) return answer(127, "", `env: '${BASE}${agent}': No such file or directory\n`)
    if (action === "validate-all") return answer(0)
    if (action === "meta-data") return answer(0, metadataOf(agent.slice(agent.indexOf("/") + 1)))
    const isIncomplete = agent.endsWith("/IPaddr2") && addressOf(invocation) === undefined
    if (isIncomplete) return answer(6, "", "ocf-exit-reason:IP address (the ip parameter) is mandatory\n")
    if (action === "start" || action === "stop") return change(invocation, action, times)
    return answer(action === "monitor" || action === "status" ? codeOf(name) : 3)
  }
  function begin(argv: readonly string[]): Begun | undefined {
    const invocation = invocationOf(argv)
    if (invocation) return perform(invocation)
    const rehearsal = rehearsalOf(host, argv, (path) => agents.has(path.slice(BASE.length)))
    if (rehearsal) return rehearsal
    const isList = argv[0] === "find" && argv.includes("/usr/lib/ocf/resource.d")
    return isList ? answer(0, [...agents.keys()].map((agent) => `${BASE}${agent}\n`).join("")) : undefined
  }
  /** By resource name or by agent ("apache"); true when something was stopped. */
  function stopByHand(name: string): boolean {
    const hit = phases.held().filter((held) => held === name || kinds.get(held)?.endsWith(`/${name}`))
    for (const held of hit) {
      phases.set(held, "stopped")
      host.addresses.delete(addresses.get(held) ?? "")
    }
    return hit.length > 0
  }
  const removeAddress = (ip: string) =>
    [...host.addresses].some((address) => address.startsWith(`${ip}/`) && host.addresses.delete(address))
  return { begin, held: phases.held, stopByHand, removeAddress }
}
