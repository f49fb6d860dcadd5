"use client"
import { useState } from "react"
import { TextField } from "@/components/ui/field"
import { canonical } from "@/lib/domain/balancer-address"
import { useTranslations } from "@/lib/i18n/use"
import { vipsOf } from "./draft-new"
import { RealServers } from "./real-servers"
import { ServerFields } from "./server-form"
import { ServerList } from "./server-list"
import { useEditing } from "./use-draft"
import { isPrefixWrong, prefixOf, type Wizard } from "./wizard-state"

/** One of several, where a file has brought them. */
function useChosen() {
  const { draft, problems } = useEditing()
  const [index, setIndex] = useState(0)
  const { virtualServers } = draft.model
  const wrong = new Set(problems.all.flatMap(({ path }) => (path.startsWith("virtualServers.") ? [Number(path.split(".")[1])] : [])))
  const list =
    virtualServers.length > 1 ? <ServerList servers={virtualServers} live={[]} problems={wrong} chosen={index} onChoose={setIndex} /> : null
  return { index, server: virtualServers[index], list }
}
type Props = { readonly wizard: Wizard; readonly onChange: (wizard: Wizard) => void }
export function WizardVirtual({ wizard, onChange }: Props) {
  const t = useTranslations("balancer.wizard")
  const wrong = useTranslations("balancer.wrong")
  const { index, server, list } = useChosen()
  if (!server) return null
  const vips = wizard.engine === "keepalived" && wizard.draft.model.directors.length === 0 ? vipsOf({ virtualServers: [server] }) : []
  return (
    <>
      {list}
      <p className="text-ink2">{t("virtualText")}</p>
      <ServerFields key={index} at={`virtualServers.${index}`} server={server} />
      {vips.map(({ address }) => (
        <TextField
          key={address}
          label={t("prefixOf", { address })}
          hint={t("prefixHint")}
          inputMode="numeric"
          value={prefixOf(wizard, address)}
          error={isPrefixWrong(wizard, address) ? wrong("wholeNeeded", { from: "0", to: address.includes(":") ? "128" : "32" }) : undefined}
          onChange={(event) => onChange({ ...wizard, prefixes: { ...wizard.prefixes, [canonical(address)]: event.target.value } })}
        />
      ))}
    </>
  )
}
export function WizardReal() {
  const t = useTranslations("balancer.wizard")
  const { index, server, list } = useChosen()
  if (!server) return null
  return (
    <>
      {list}
      <p className="text-ink2">{t("realText")}</p>
      <RealServers key={index} at={`virtualServers.${index}`} index={index} server={server} live={undefined} />
    </>
  )
}
