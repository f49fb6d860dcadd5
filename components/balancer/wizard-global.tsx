"use client"
import { Checkbox, SelectField, TextField } from "@/components/ui/field"
import type { Machine } from "@/lib/client/balancer-api"
import { useTranslations } from "@/lib/i18n/use"
import type { Shared } from "./draft-new"
import { globalProblems, hasOwnVrrp, type Wizard } from "./wizard-state"

type Props = {
  readonly wizard: Wizard
  readonly onChange: (wizard: Wizard) => void
  readonly machines: readonly Machine[]
  readonly isTried: boolean
}
/** Who the directors are, and how they share the addresses. */
export function WizardGlobal({ wizard, onChange, machines, isTried }: Props) {
  const t = useTranslations("balancer.wizard")
  const { name, nodes, engine } = wizard
  const problems = globalProblems(wizard)
  const chooseNode = (i: number, node: string) => {
    const next = (i === 0 ? [node, nodes[1] === node ? "" : (nodes[1] ?? "")] : [nodes[0] ?? "", node]).filter((one) => one !== "")
    const first = machines.find((one) => one.node === next[0])
    const dev = wizard.shared.interface || (first?.interfaces.find((one) => one !== "lo") ?? "")
    const addresses = [0, 1].map((n) => wizard.shared.addresses[n] || (machines.find((one) => one.node === next[n])?.addresses[0] ?? ""))
    onChange({ ...wizard, nodes: next, shared: { ...wizard.shared, interface: dev, addresses: [addresses[0] ?? "", addresses[1] ?? ""] } })
  }
  const options = (other: string | undefined) =>
    machines.filter(({ node }) => node !== other).map(({ node }) => ({ value: node, label: node }))
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField
          label={t("name")}
          hint={t("nameHint")}
          value={name}
          error={isTried && problems.has("name") ? "name" : undefined}
          onChange={(event) => onChange({ ...wizard, name: event.target.value })}
        />
        <SelectField
          label={t("engine")}
          hint={t(`engineHint.${engine}`)}
          value={engine}
          options={(["keepalived", "ipvsadm"] as const).map((one) => ({ value: one, label: t(`engines.${one}`) }))}
          onChange={({ target }) =>
            onChange(
              target.value === "ipvsadm" ? { ...wizard, engine: "ipvsadm", nodes: nodes.slice(0, 1) } : { ...wizard, engine: "keepalived" },
            )
          }
        />
        <SelectField
          label={t("director")}
          value={nodes[0] ?? ""}
          error={isTried && problems.has("nodes") ? t("directorMissing") : undefined}
          options={[{ value: "", label: t("choose") }, ...options(undefined)]}
          onChange={({ target }) => chooseNode(0, target.value)}
        />
        {engine === "keepalived" && (
          <SelectField
            label={t("partner")}
            hint={t("partnerHint")}
            value={nodes[1] ?? ""}
            options={[{ value: "", label: t("alone") }, ...options(nodes[0])]}
            onChange={({ target }) => chooseNode(1, target.value)}
          />
        )}
      </div>
      {engine === "keepalived" && hasOwnVrrp(wizard) && <p className="text-ink2">{t("vrrpOfFile")}</p>}
      {engine === "keepalived" && !hasOwnVrrp(wizard) && (
        <SharedFields
          shared={wizard.shared}
          isPair={nodes.length > 1}
          problems={isTried ? problems : new Map()}
          interfaces={machines.find(({ node }) => node === nodes[0])?.interfaces ?? []}
          nodes={nodes}
          onChange={(shared) => onChange({ ...wizard, shared })}
        />
      )}
    </>
  )
}
type SharedProps = {
  readonly shared: Shared
  readonly isPair: boolean
  readonly problems: ReadonlyMap<string, readonly [number, number] | null>
  readonly interfaces: readonly string[]
  readonly nodes: readonly string[]
  readonly onChange: (shared: Shared) => void
}
function SharedFields({ shared, isPair, problems, interfaces, nodes, onChange }: SharedProps) {
  const t = useTranslations("balancer.wizard")
  const wrong = useTranslations("balancer.wrong")
  const number = (field: "routerId" | "priority" | "interval") => {
    const limits = problems.get(field)
    return {
      ...{ label: t(field), hint: t(`${field}Hint`), value: shared[field], inputMode: "numeric" as const },
      error: limits ? wrong("wholeNeeded", { from: String(limits[0]), to: String(limits[1]) }) : undefined,
      onChange: (event: { target: { value: string } }) => onChange({ ...shared, [field]: event.target.value }),
    }
  }
  const setAddress = (i: 0 | 1, text: string) =>
    onChange({ ...shared, addresses: i === 0 ? [text, shared.addresses[1]] : [shared.addresses[0], text] })
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-1 text-[14px] font-semibold">{t("vrrp")}</legend>
      <p className="text-ink2">{t("vrrpText")}</p>
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField
          label={t("interface")}
          hint={t("interfaceHint")}
          list="wizard-interfaces"
          value={shared.interface}
          error={problems.has("interface") ? wrong("interface") : undefined}
          onChange={(event) => onChange({ ...shared, interface: event.target.value })}
        />
        <datalist id="wizard-interfaces">
          {interfaces.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
        <TextField {...number("routerId")} />
        <TextField {...number("priority")} />
        <TextField {...number("interval")} />
      </div>
      {isPair && (
        <>
          <Checkbox
            checked={shared.isUnicast}
            hint={t("unicastHint")}
            onChange={(event) => onChange({ ...shared, isUnicast: event.target.checked })}
          >
            {t("unicast")}
          </Checkbox>
          {shared.isUnicast && (
            <div className="grid gap-3 sm:grid-cols-2">
              {([0, 1] as const).map((i) => (
                <TextField
                  key={i}
                  label={t("addressOf", { node: nodes[i] ?? "" })}
                  value={shared.addresses[i]}
                  error={problems.has(`addresses.${i}`) ? wrong("address") : undefined}
                  onChange={(event) => setAddress(i, event.target.value)}
                />
              ))}
            </div>
          )}
          <Checkbox
            checked={shared.nopreempt}
            hint={t("nopreemptHint")}
            onChange={(event) => onChange({ ...shared, nopreempt: event.target.checked })}
          >
            {t("nopreempt")}
          </Checkbox>
          <Checkbox
            checked={shared.hasSync}
            hint={t("syncHint")}
            onChange={(event) => onChange({ ...shared, hasSync: event.target.checked })}
          >
            {t("sync")}
          </Checkbox>
        </>
      )}
    </fieldset>
  )
}
