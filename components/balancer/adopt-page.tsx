"use client"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useRouter } from "next/navigation"
import { useState } from "react"
import { reportsOf, useRefusal } from "@/components/node/refusals"
import { Button } from "@/components/ui/button"
import { Card, PageHead } from "@/components/ui/card"
import { Checkbox, TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { client } from "@/lib/client/api"
import { balancerQueries } from "@/lib/client/balancer-api"
import { useTranslations } from "@/lib/i18n/use"
import { AdoptNode } from "./adopt-node"

/** A running director becomes the panel's: read, rendered, compared. Nothing is written to it and nothing is reloaded. */
export function AdoptPage({ clusterId }: { readonly clusterId: string }) {
  const t = useTranslations("balancer.adopting")
  const router = useRouter()
  const { data: machines = [], error } = useQuery(balancerQueries.machines(clusterId))
  const [nodes, setNodes] = useState<readonly string[]>([])
  const [name, setName] = useState("")
  const looking = useMutation({ mutationFn: () => client.balancer.look({ clusterId, nodes: [...nodes] }) })
  const adopting = useMutation({
    mutationFn: () => client.balancer.adopt({ clusterId, name: name.trim(), nodes: [...nodes] }),
    onSuccess: () => router.push(`/c/${clusterId}/balancers/${encodeURIComponent(name.trim())}`),
  })
  const { at, others } = useRefusal(adopting.error, ["name"])
  const choose = (node: string, isChosen: boolean) => {
    setNodes(isChosen ? [...nodes, node] : nodes.filter((one) => one !== node))
    looking.reset()
    adopting.reset()
  }
  const view = looking.data
  return (
    <>
      <PageHead title={t("title")} sub={t("text")} />
      <div className="grid gap-4">
        <Reports reports={reportsOf(error)} />
        <Card className="grid gap-3 p-4">
          <fieldset>
            <legend className="mb-1 text-[14px] font-semibold">{t("choose")}</legend>
            <div className="grid sm:grid-cols-3">
              {machines.map(({ node, addresses }) => (
                <Checkbox
                  key={node}
                  checked={nodes.includes(node)}
                  disabled={!nodes.includes(node) && nodes.length === 2}
                  hint={addresses.slice(0, 2).join(", ")}
                  onChange={(event) => choose(node, event.target.checked)}
                >
                  {node}
                </Checkbox>
              ))}
            </div>
          </fieldset>
          <Reports reports={reportsOf(looking.error)} />
          <span>
            <Button
              look={view ? "default" : "primary"}
              isBusy={looking.isPending}
              why={nodes.length === 0 ? t("whyNone") : undefined}
              onPress={() => looking.mutate()}
            >
              {t(view ? "again" : "look")}
            </Button>
          </span>
        </Card>
        {view?.nodes.map((one) => (
          <AdoptNode key={one.node} found={one} />
        ))}
        {view && (
          <Card className="grid gap-3 p-4">
            <h2>{t("take")}</h2>
            {view.verdict.length > 0 ? <Reports reports={view.verdict} /> : <p className="text-ink2">{t("takeText")}</p>}
            <Reports reports={others} />
            {view.model !== null && view.verdict.length === 0 && (
              <form
                className="flex flex-wrap items-end gap-3"
                onSubmit={(event) => {
                  event.preventDefault()
                  if (name.trim() !== "") adopting.mutate()
                }}
              >
                <div className="w-64">
                  <TextField label={t("name")} value={name} error={at("name")} onChange={(event) => setName(event.target.value)} />
                </div>
                <Button type="submit" look="primary" isBusy={adopting.isPending} why={name.trim() === "" ? t("whyName") : undefined}>
                  {t("takeNow")}
                </Button>
              </form>
            )}
          </Card>
        )}
      </div>
    </>
  )
}
