import type { SimHost } from "../contract"

export type What = "starting" | "started" | "stopping" | "stopped" | "failed"
/** systemd's catalogue of message ids (systemd/sd-messages.h), and how each reads. */
const messages: Record<What, { readonly id: string; readonly verb: string; readonly priority: string }> = {
  starting: { id: "7d4958e842da4a758f6c1cdc7b36dcc5", verb: "Starting", priority: "6" },
  started: { id: "39f53479d3a045ac8e11786248231fbf", verb: "Started", priority: "6" },
  stopping: { id: "de5b426a63be47a7b6ac3eaac82e2f6f", verb: "Stopping", priority: "6" },
  stopped: { id: "9d1aaa27d60140bd96365438aad20286", verb: "Stopped", priority: "6" },
  failed: { id: "be02cf6855d2428ba40df7e9d022f03d", verb: "Failed to start", priority: "3" },
}
/** What journald keeps of systemd's words about its units, in the format of `journalctl -o json`. */
export function journalOf(host: SimHost) {
  const followers = new Set<(line: string) => void>()
  let count = 0
  const write = (unit: string, description: string, what: What) => {
    const { id, verb, priority } = messages[what]
    count += 1
    const line = JSON.stringify({
      __CURSOR: `s=${host.machineId};i=${count.toString(16)};b=${host.bootId.replaceAll("-", "")}`,
      __REALTIME_TIMESTAMP: String(Math.round(host.nowMs() * 1000)),
      __MONOTONIC_TIMESTAMP: String(Math.round((host.nowMs() - host.bootedAtMs) * 1000)),
      _BOOT_ID: host.bootId.replaceAll("-", ""),
      _MACHINE_ID: host.machineId,
      _HOSTNAME: host.node,
      _TRANSPORT: "journal",
      _PID: "1",
      _UID: "0",
      _GID: "0",
      _COMM: "systemd",
      _EXE: "/usr/lib/systemd/systemd",
      _SYSTEMD_UNIT: "init.scope",
      PRIORITY: priority,
      SYSLOG_FACILITY: "3",
      SYSLOG_IDENTIFIER: "systemd",
      MESSAGE_ID: id,
      UNIT: unit,
      MESSAGE: `${verb} ${unit} - ${description}${what.endsWith("ing") ? "..." : "."}`,
    })
    for (const follow of followers) follow(line)
  }
  const follow = (onLine: (line: string) => void) => {
    followers.add(onLine)
    return () => void followers.delete(onLine)
  }
  return { write, follow }
}
