"use client"
import { useDuration } from "@/components/ui/age"
import { Meter } from "@/components/ui/card"
import { StateMark } from "@/components/ui/state-mark"
import type { NodeView } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"

type Fact = NodeView["facts"][number]
type Fields = Readonly<Record<string, unknown>>
const TEXT_MAX = 400
const GIB = 1024 ** 3
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {})
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const textOf = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "?")
const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value)
/** Any value on one line: what is there, not how JSON writes it. */
function compact(value: unknown): string {
  if (Array.isArray(value)) return value.map(compact).join(", ")
  if (!isFields(value)) return String(value)
  const entries = Object.entries(value)
  if (entries.length > 0 && entries.every(([, v]) => typeof v === "boolean"))
    return entries.flatMap(([k, v]) => (v === true ? [k] : [])).join(", ")
  return entries.map(([k, v]) => `${k} ${compact(v)}`).join(", ")
}
export const gib = (bytes: number): string => (bytes / GIB).toFixed(1)
type MemoryProps = { readonly totalBytes: number; readonly availableBytes: number; readonly node: string }
export function Memory({ totalBytes, availableBytes, node }: MemoryProps) {
  const t = useTranslations("nodes")
  return (
    <span className="inline-grid gap-0.5">
      {t("memoryOf", { used: gib(totalBytes - availableBytes), total: gib(totalBytes) })}
      <Meter share={totalBytes > 0 ? 1 - availableBytes / totalBytes : 0} label={`${node}: ${t("memory")}`} />
    </span>
  )
}
function Interfaces({ value }: { readonly value: unknown }) {
  const t = useTranslations("nodes")
  return (
    <ul>
      {listOf(value).map((one) => {
        const { name, isUp, addresses } = fieldsOf(one)
        const held = listOf(addresses).map((a) => `${textOf(fieldsOf(a).address)}/${textOf(fieldsOf(a).prefix)}`)
        return (
          <li key={textOf(name)}>
            {textOf(name)} <span className="font-mono text-[12px] break-all">{held.join(", ")}</span>
            {isUp === false && <span className="text-ink2"> {t("isDown")}</span>}
          </li>
        )
      })}
    </ul>
  )
}
const marks = { started: "ok", stopped: "off", failed: "need" } as const
function Monitor({ value }: { readonly value: unknown }) {
  const t = useTranslations("common.states")
  const { state, detail } = fieldsOf(value)
  if (state !== "started" && state !== "stopped" && state !== "failed") return <>{compact(value).slice(0, TEXT_MAX)}</>
  return (
    <span className="inline-flex flex-wrap items-center gap-1.5">
      <StateMark mark={marks[state]} />
      {t(state)} <span className="break-words text-ink2">{textOf(detail)}</span>
    </span>
  )
}
/** What a node said, as a person reads it. Always text, whatever it says. */
export function FactText({ fact: { name, value, atMs }, node }: { readonly fact: Fact; readonly node: string }) {
  const t = useTranslations("nodes")
  const duration = useDuration()
  const { one, five, fifteen, totalBytes, availableBytes, kernel, cpus, seconds, epochMs, ...rest } = fieldsOf(value)
  if (name === "system.load") return <>{t("loadOf", { one: textOf(one), five: textOf(five), fifteen: textOf(fifteen) })}</>
  if (name === "system.memory" && isNumber(totalBytes) && isNumber(availableBytes))
    return <Memory {...{ totalBytes, availableBytes, node }} />
  if (name === "system.addresses") return <Interfaces value={value} />
  if (name === "system.os") return <>{t("osOf", { name: textOf(rest.name), kernel: textOf(kernel), cpus: textOf(cpus) })}</>
  if (name === "system.uptime" && isNumber(seconds)) return <>{duration(seconds * 1_000)}</>
  if (name === "system.clock" && isNumber(epochMs)) return <>{t("clockOf", { seconds: ((epochMs - atMs) / 1_000).toFixed(1) })}</>
  if (name.startsWith("ocf.monitor:")) return <Monitor value={value} />
  return <span className="break-words">{compact(value).slice(0, TEXT_MAX)}</span>
}
