import { at, type Stage } from "./stage"

const words = (params: Readonly<Record<string, string>>): string => {
  const { state: _, reason, from: _from, ...rest } = params
  return reason === undefined ? "" : ` (${[reason, ...Object.values(rest)].join(" ")})`
}
/** Events of the panel and commands that began on the nodes, in the order of their times. */
export async function tell(stage: Stage) {
  const { w, log, seen } = stage
  const now = at(stage)
  const events = await w.db.event.findMany({ where: { id: { gt: seen.event } }, orderBy: { id: "asc" } })
  for (const { id, code, service, node, params } of events) {
    seen.event = id
    const p = Object(params) as Record<string, string> // the keeper writes strings
    const [kind, what] = code.split(".")
    if (kind === "service") log.push(`${now} ${service}: ${what}${node ? ` on ${node}` : ""}${words(p)}`)
    else if (kind === "job")
      log.push(`${now} job ${p.kind} ${service ?? node ?? ""} ${[p.from, p.to].filter(Boolean).join("→")} ${what} (${p.who})`)
    else log.push(`${now} ${node ?? "cluster"} is ${what}`)
  }
  for (const line of w.cluster.executed.slice(seen.command)) log.push(`${now}   ${brief(line)}`)
  seen.command = w.cluster.executed.length
}
const brief = (line: string): string => {
  const [node, ...argv] = line.split(" ")
  const instance = argv.find((word) => word.startsWith("OCF_RESOURCE_INSTANCE="))?.slice("OCF_RESOURCE_INSTANCE=".length)
  return instance === undefined ? `${node} $ ${argv.join(" ")}` : `${node} $ ${instance} ${argv.at(-1)}`
}

/** Where everything is in the end. */
export async function ending({ w, log }: Stage) {
  for (const { name, status } of await w.admin.service.list({ clusterId: w.clusterId })) {
    const { state, isFrozen, off, owner, reason } = status
    const flags = [
      isFrozen && " [Z]",
      off.length > 0 && ` [P] without ${off.join(",")}`,
      owner && ` on ${owner}`,
      reason && `, ${reason.code}`,
    ]
    log.push(`in the end: ${name} ${state}${flags.filter(Boolean).join("")}`)
  }
}
