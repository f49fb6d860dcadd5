import { balancerSchema } from "../../lib/domain/balancer"
import type { ImportResult } from "../../lib/domain/balancer-import"
import { isRecord } from "./codec"
import { globalEntry, knownAtTop } from "./global"
import { type BlockSpec, type Context, readBlock } from "./spec"
import { type Files, readText } from "./text"
import { virtualServers } from "./virtual-server"
import { groupEntry, vrrpEntries } from "./vrrp"

/** The blocks of the whole file, in the order in which they are written. */
export const top: BlockSpec = {
  entries: { global_defs: globalEntry, ...vrrpEntries, virtual_server_group: groupEntry, virtual_server: virtualServers },
  also: { global_definitions: "global_defs" },
  known: knownAtTop,
}
export const directorFields = ["global", "scripts", "syncGroups", "instances", "groups"] as const

/**
 * keepalived.conf as the model, and what of it the model does not have; never throws.
 * @param files what `include` may bring: name, as the file says it, → text
 */
export function parseKeepalived(text: string, files: Files = {}): ImportResult {
  const document = readText(text, files)
  if (!document.ok) return document
  const context: Context = { lines: new Map(), verbatim: [], notUnderstood: [], understood: 0 }
  const { virtualServers: servers, kept, ...rest } = readBlock(document.value, top, "", context)
  const isDirector = directorFields.some((field) => isRecord(rest[field]))
  const balancer = balancerSchema.safeParse({ directors: isDirector ? [rest] : [], virtualServers: servers, kept })
  if (!balancer.success) {
    const [issue] = balancer.error.issues
    return { ok: false, error: { line: 1, code: "modelUnfit", text: `${issue?.path.join(".")}: ${issue?.message}` } }
  }
  const lines = new Map([...context.lines].map(([path, line]) => [path.startsWith("virtualServers") ? path : `directors.0.${path}`, line]))
  const { understood, verbatim, notUnderstood } = context
  const byLine = (a: { readonly line: number }, b: { readonly line: number }) => a.line - b.line
  return {
    ok: true,
    value: {
      balancer: balancer.data,
      understood,
      verbatim: verbatim.toSorted(byLine),
      notUnderstood: notUnderstood.toSorted(byLine),
      cautions: [],
      lines,
    },
  }
}
