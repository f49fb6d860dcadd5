import type { Balancer } from "@/lib/domain/balancer"
import { refusalsOf } from "@/lib/domain/balancer-rules"

/** Whose global settings must allow scripts: keepalived calls them a security violation otherwise. */
export const wantingScripts = (model: Balancer): readonly number[] =>
  refusalsOf({ ...model, virtualServers: model.virtualServers.filter(runsScript).slice(0, 1) }).flatMap(({ code, field = "" }) =>
    code === "lbScriptSecurity" ? [Number(field.split(".")[1])] : [],
  )
const runsScript = ({ quorumUp, quorumDown, realServers }: Balancer["virtualServers"][number]): boolean =>
  quorumUp !== undefined ||
  quorumDown !== undefined ||
  realServers.some((one) => one.notifyUp ?? one.notifyDown ?? one.checks.some(({ kind }) => kind === "misc"))

/** Scripts run there only where nobody but their user can write; root's, where nothing else is said. */
export function withScripts(model: Balancer): Balancer {
  const wanting = wantingScripts(model)
  if (wanting.length === 0) return model
  const directors = model.directors.map((one, d) =>
    wanting.includes(d) ? { ...one, global: { kept: [], scriptUser: { user: "root" }, ...one.global, enableScriptSecurity: true } } : one,
  )
  return { ...model, directors }
}
