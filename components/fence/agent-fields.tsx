"use client"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { Button } from "@/components/ui/button"
import { SelectField, TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { api } from "@/lib/client/api"
import { useTranslations } from "@/lib/i18n/use"

const OWN = "/"
type Props = {
  readonly clusterId: string
  readonly runsOn: "panel" | "peer"
  readonly agent: string
  readonly error: string | undefined
  readonly onRunsOn: (runsOn: "panel" | "peer") => void
  readonly onAgent: (agent: string) => void
}
/** Where the agent runs, and which one: of those that are there, or one's own by its path. */
export function AgentFields({ clusterId, runsOn, agent, error, onRunsOn, onAgent }: Props) {
  const t = useTranslations("fencing")
  const [isOwn, setOwn] = useState(agent.startsWith("/"))
  const [path, setPath] = useState(agent.startsWith("/") ? agent : "")
  const { data, error: why } = useQuery({ ...api.fence.agents.queryOptions({ input: { clusterId, runsOn } }), retry: false })
  const agents = [...new Set([...(data?.agents ?? []), ...(agent === "" || isOwn ? [] : [agent])])]
  const choose = (value: string) => {
    setOwn(value === OWN)
    onAgent(value === OWN ? "" : value)
  }
  return (
    <>
      <SelectField
        label={t("runsOn")}
        hint={t(`runsOnHint.${runsOn}`)}
        value={runsOn}
        options={(["panel", "peer"] as const).map((value) => ({ value, label: t(`runs.${value}`) }))}
        onChange={(event) => onRunsOn(event.target.value === "peer" ? "peer" : "panel")}
      />
      {why && <Reports reports={reportsOf(why)} />}
      <SelectField
        label={t("agent")}
        value={isOwn ? OWN : agent}
        options={[
          { value: "", label: t("chooseAgent") },
          ...agents.map((value) => ({ value, label: value })),
          { value: OWN, label: t("ownAgent") },
        ]}
        onChange={(event) => choose(event.target.value)}
        error={isOwn ? undefined : error}
      />
      {isOwn && (
        <div className="grid gap-2">
          <TextField
            label={t("ownPath")}
            hint={`${t("ownPathHint")} ${t("askHint")}`}
            value={path}
            onChange={(event) => setPath(event.target.value)}
            onBlur={() => path.startsWith("/") && onAgent(path.trim())}
            error={error}
          />
          <span>
            <Button why={path.startsWith("/") ? undefined : t("whyPath")} onPress={() => onAgent(path.trim())}>
              {t("askIt")}
            </Button>
          </span>
        </div>
      )}
    </>
  )
}
