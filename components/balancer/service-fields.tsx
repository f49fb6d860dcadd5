"use client"
import { Button } from "@/components/ui/button"
import { Banner } from "@/components/ui/card"
import { SelectField } from "@/components/ui/field"
import { protocols, type Service, type VirtualServer } from "@/lib/domain/balancer"
import { useTranslations } from "@/lib/i18n/use"
import { chosen } from "./draft"
import { DraftField } from "./draft-fields"
import { withoutVip, withVip } from "./draft-vip"
import { limits } from "./fields"
import { MarkMatches } from "./mark-matches"
import { useProblemAt } from "./problem-words"
import { useEditing } from "./use-draft"

const kinds = ["address", "mark", "group"] as const
const firstOf: Readonly<Record<Service["kind"], (groups: readonly string[]) => Service>> = {
  address: () => ({ kind: "address", address: "", port: 80, protocol: "tcp" }),
  mark: () => ({ kind: "mark", mark: 1, match: [] }),
  group: ([group = ""]) => ({ kind: "group", group, protocol: "tcp" }),
}
type Props = { readonly at: string; readonly server: VirtualServer }
/** What the virtual server answers at: an address and port, a mark of the packet filter, or a group of addresses. */
export function ServiceFields({ at, server }: Props) {
  const t = useTranslations("balancer")
  const { draft, edit, canEdit } = useEditing()
  const problem = useProblemAt()
  const { service } = server
  const groups = [...new Set(draft.model.directors.flatMap((one) => one.groups.map(({ name }) => name)))]
  const offered = kinds.filter((kind) => kind !== "group" || groups.length > 0 || service.kind === "group")
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <SelectField
        label={t("field.serviceKind")}
        value={service.kind}
        disabled={!canEdit}
        error={problem(`${at}.service`)}
        options={offered.map((kind) => ({ value: kind, label: t(`serviceKind.${kind}`) }))}
        onChange={({ target: { value } }) => {
          const kind = kinds.find((one) => one === value)
          if (kind) edit((was) => chosen(was, `${at}.service`, firstOf[kind](groups)))
        }}
      />
      {service.kind === "address" && (
        <DraftField at={at} spec={{ as: "text", name: "service.address", words: "address", isRequired: true }} />
      )}
      {service.kind === "address" && <DraftField at={at} spec={limits.port} />}
      {service.kind === "mark" && <DraftField at={at} spec={limits.mark} />}
      {service.kind === "group" && <DraftField at={at} spec={{ as: "choice", name: "service.group", words: "group", options: groups }} />}
      {service.kind === "mark" ? (
        <DraftField at={at} spec={{ as: "choice", name: "service.family", words: "family", options: ["inet", "inet6"] }} />
      ) : (
        <DraftField at={at} spec={{ as: "choice", name: "service.protocol", words: "protocol", options: protocols }} />
      )}
      {service.kind === "mark" && <MarkMatches at={at} matches={service.match ?? []} />}
      {service.kind === "address" && <MissingVip address={service.address} />}
    </div>
  )
}
/** The kernel would balance for an address that no director has. */
function MissingVip({ address }: { readonly address: string }) {
  const t = useTranslations("balancer")
  const { draft, edit, canEdit, place } = useEditing()
  const missing = withoutVip(draft.model, address)
  if (missing.length === 0) return null
  return (
    <div className="sm:col-span-2">
      <Banner mark="need">
        <span className="min-w-0 flex-1">
          {t("vipMissing", { address, nodes: missing.map((d) => place.nodes[d] ?? String(d + 1)).join(", ") })}
        </span>
        {canEdit && <Button onPress={() => edit((was) => withVip(was, address))}>{t("vipAdd")}</Button>}
      </Banner>
    </div>
  )
}
