"use client"
import { balancer as words } from "@/lib/i18n/en/balancer"
import { useCoded, useTranslations } from "@/lib/i18n/use"
import { type Path, valueAt } from "./draft-path"
import { realKey } from "./real-key"
import { useEditing } from "./use-draft"

const isField = (name: string): boolean => Object.hasOwn(words.field, name)
const isNumber = (text: string): boolean => /^\d+$/.test(text)
const nameOf = (value: unknown): string | undefined =>
  typeof value === "object" && value !== null && "name" in value && typeof value.name === "string" ? value.name : undefined
/** A path below a part, as a person would say it: `realServers.1.port` → "10.0.0.2:80 · Port". */
export function usePlaceWords() {
  const coded = useCoded("balancer")
  const t = useTranslations("balancer")
  const { draft } = useEditing()
  const part = (at: Path, list: string, i: number): string => {
    const server = draft.model.virtualServers[Number(at.split(".")[1])]
    const real = list === "realServers" ? server?.realServers[i] : undefined
    if (server && real) return real.address === "" ? t("newReal") : realKey(server, real)
    return nameOf(valueAt(draft.model, `${at}.${list}.${i}`)) ?? `${isField(list) ? coded(`field.${list}`) : list} ${i + 1}`
  }
  /** What the i-th segment adds to what is said before it. */
  const segment = (at: Path, all: readonly string[], i: number): string => {
    const [before = "", one = "", next = ""] = [all[i - 1], all[i], all[i + 1]]
    if (isNumber(next)) return part([at, ...all.slice(0, i)].join("."), one, Number(next))
    if (isNumber(one) || one === "service" || one === "global" || isField(`${before}_${one}`)) return ""
    const words = [`${one}_${next}`, one].find(isField)
    return words === undefined ? one : coded(`field.${words}`)
  }
  return (at: Path, path: Path): string => {
    const all = path.slice(at.length + 1).split(".")
    const said = all.map((_, i) => segment(at, all, i)).filter(Boolean)
    return said.join(" · ") || t("field.service")
  }
}
