"use client"
import { Card } from "@/components/ui/card"
import type { RealServer, VirtualServer } from "@/lib/domain/balancer"
import { useTranslations } from "@/lib/i18n/use"
import { CheckList } from "./check-list"
import { DraftField } from "./draft-fields"
import { limits, realFields } from "./fields"
import { ForwardingFields } from "./forwarding-fields"
import { KeptLines } from "./kept-lines"
import { More } from "./more"
import { PrepareReal } from "./prepare-real"
import { realKey } from "./real-key"
import { useEditing } from "./use-draft"

type Props = {
  readonly at: string
  readonly server: VirtualServer
  readonly real: RealServer
  /** The panel's node that has its address. */
  readonly node: string | undefined
  readonly where: { readonly server: number; readonly real: number }
}
/** Everything of one real server; its weight stands in the table. */
export function RealPanel({ at, server, real, node, where }: Props) {
  const t = useTranslations("balancer")
  const more = useTranslations("balancer.more")
  const { context, place } = useEditing()
  const list = `machines-${at}`
  const title = real.address === "" ? t("newReal") : realKey(server, real)
  return (
    <Card className="grid gap-3 p-3.5">
      <h3 className="text-[14px] font-semibold">{title}</h3>
      <div className="grid gap-3 sm:grid-cols-3">
        <DraftField at={at} spec={{ as: "text", name: "address", words: "address", isRequired: true, list }} />
        <DraftField at={at} spec={limits.realPort} />
        <ForwardingFields
          at={`${at}.forwarding`}
          label={t("field.forwarding")}
          value={real.forwarding}
          none={t("asTheServerIs", { method: t(`method.${server.forwarding.method}`) })}
        />
      </div>
      <datalist id={list}>
        {place.machines.flatMap(({ node, addresses }) =>
          addresses.map((address) => (
            <option key={`${node} ${address}`} value={address}>
              {node}
            </option>
          )),
        )}
      </datalist>
      {context.engine === "keepalived" && <CheckList at={`${at}.checks`} checks={real.checks} where={where} server={title} />}
      <div className="grid gap-2">
        <More title={more("thresholds")} at={at} specs={realFields.thresholds} />
        {context.engine === "keepalived" && (
          <>
            <More title={more("failing")} at={at} specs={realFields.failing} />
            <More title={more("timing")} at={at} specs={realFields.timing} />
            <More title={more("names")} at={at} specs={realFields.names} />
          </>
        )}
        <KeptLines kept={real.kept} />
      </div>
      {node !== undefined && (real.forwarding ?? server.forwarding).method !== "nat" && <PrepareReal node={node} server={server} />}
    </Card>
  )
}
