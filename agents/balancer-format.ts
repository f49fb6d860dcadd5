import type { Imported, Unreadable } from "../lib/domain/balancer-import"
import { importIpvsList } from "./ipvs/import-list"
import { parseIpvsSave } from "./ipvs/parse-save"
import { parseKeepalived } from "./keepalived/parse"
import { parseLvsCf } from "./lvs-cf/parse"

type Format = "keepalived" | "lvsCf" | "ipvsSave" | "ipvsList"
type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Unreadable }
/** `files`: what an `include` of keepalived.conf brings, by the name that it says. */
export type Given = { readonly text: string; readonly files?: Readonly<Record<string, string>> }
export type Read = { readonly format: Format; readonly imported: Imported }
const keepalivedWord =
  /^[^\S\n]*(?:global_defs|global_definitions|vrrp_instance|vrrp_script|vrrp_sync_group|virtual_server|virtual_server_group|static_\w+|track_\w+|bfd_instance|include|SSL)\b|^[^\S\n]*\$\w+=/m

/** By what stands in it: a table has a head, a script of ipvsadm commands, lvs.cf `key = value`, keepalived.conf its blocks. */
export function formatOf(text: string): Format | undefined {
  const head = text.slice(0, 1_000_000)
  if (/^IP Virtual Server version |^Prot LocalAddress:Port/m.test(head)) return "ipvsList"
  if (keepalivedWord.test(head)) return "keepalived"
  if (/^[^\S\n]*(?:\S{0,200}ipvsadm[^\S\n]+)?(?:-[AECDae]|--(?:add|edit|delete)-(?:service|server)|--clear)(?:\s|$)/m.test(head))
    return "ipvsSave"
  if (
    /^[^\S\n]*(?:virtual|failover)[^\S\n]+\S+[^\S\n]+\{|^[^\S\n]*(?:serial_no|primary|backup|service|network|heartbeat|lvs|rsh_command)\s+=\s/m.test(
      head,
    )
  )
    return "lvsCf"
  return head.split("\n").every((line) => /^(?:\s*|\s*[#!].*)$/.test(line)) ? "keepalived" : undefined
}
const readers: Readonly<Record<Format, (given: Given) => Result<Imported>>> = {
  keepalived: ({ text, files }) => parseKeepalived(text, files),
  lvsCf: ({ text }) => parseLvsCf(text),
  ipvsSave: ({ text }) => parseIpvsSave(text),
  ipvsList: ({ text }) => importIpvsList(text),
}
/** Any of the formats, recognised by itself. */
export function readAny(given: Given): Result<Read> {
  const format = formatOf(given.text)
  if (!format)
    return { ok: false, error: { line: 1, code: "formatUnknown", text: "This is no keepalived.conf, no lvs.cf and no table of ipvsadm." } }
  const imported = readers[format](given)
  return imported.ok ? { ok: true, value: { format, imported: imported.value } } : imported
}
