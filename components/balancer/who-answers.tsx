"use client"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { Button } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { SelectField, TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { client as panel } from "@/lib/client/api"
import { balancerQueries } from "@/lib/client/balancer-api"
import { keyOf } from "@/lib/domain/balancer-rules-service"
import { useTranslations } from "@/lib/i18n/use"
import { AnswerTable } from "./answer-table"
import { askersOf } from "./askers"
import { titleOf } from "./real-key"

const MAX = 100
type Props = { readonly clusterId: string; readonly name: string; readonly mayAsk: boolean }
/** N requests through the address, and who answered them: whether it balances, and whether the client's address arrives. */
export function WhoAnswersCard({ clusterId, name, mayAsk }: Props) {
  const t = useTranslations("balancer.who")
  const wrong = useTranslations("balancer.wrong")
  const { data: view } = useQuery(balancerQueries.get({ clusterId, name }))
  const servers = view?.model.virtualServers ?? []
  const [server, setServer] = useState("")
  const [from, setFrom] = useState("")
  const [text, setText] = useState("20")
  const isNumber = /^\d{1,3}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= MAX
  const chosen = servers.find((one) => keyOf(one.service) === server) ?? servers[0]
  const key = chosen ? keyOf(chosen.service) : ""
  const askers = view && chosen ? askersOf(view, chosen) : []
  const asker = askers.find(({ node }) => node === from) ?? askers[0]
  const client = asker?.node ?? ""
  const asking = useMutation({
    mutationFn: () => panel.balancer.whoAnswers({ clusterId, name, server: key, from: client, requests: Number(text) }),
  })
  if (!mayAsk || servers.length === 0) return null
  return (
    <Card className="p-4">
      <form
        aria-label={t("title")}
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (isNumber && asker) asking.mutate()
        }}
      >
        <div>
          <h2>{t("title")}</h2>
          <p className="text-ink2">{t("text")}</p>
        </div>
        <div className="grid gap-3 sm:grid-cols-3">
          <SelectField
            label={t("server")}
            value={key}
            options={servers.slice(0, 500).map((one) => ({ value: keyOf(one.service), label: titleOf(one) }))}
            onChange={(event) => setServer(event.target.value)}
          />
          <SelectField
            label={t("from")}
            hint={asker?.isOwn ? t("fromReal", { node: client }) : undefined}
            value={client}
            options={askers.map(({ node }) => ({ value: node, label: node }))}
            onChange={(event) => setFrom(event.target.value)}
          />
          <TextField
            label={t("requests")}
            inputMode="numeric"
            value={text}
            error={isNumber ? undefined : wrong("wholeNeeded", { from: "1", to: String(MAX) })}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <Reports reports={reportsOf(asking.error)} />
        <span>
          <Button type="submit" look="primary" why={asker ? undefined : t("fromNobody")} isBusy={asking.isPending}>
            {t("ask")}
          </Button>
        </span>
        {asking.data && <AnswerTable found={asking.data} />}
      </form>
    </Card>
  )
}
