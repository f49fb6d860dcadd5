"use client"
import { useQuery } from "@tanstack/react-query"
import { useRef, useState } from "react"
import { Checkbox, SelectField } from "@/components/ui/field"
import { client } from "@/lib/client/api"
import type { PlanView, ServiceAction } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"
import { PlanFlow } from "./plan-flow"

/** Made anew each time that somebody asks: a plan rests on what the nodes say at that moment. */
function useMaking(make: () => Promise<PlanView>, variant = "") {
  const opened = useRef(crypto.randomUUID())
  return useQuery({ queryKey: ["plan", opened.current, variant], queryFn: make, retry: false, gcTime: 0 })
}

type ServiceProps = {
  readonly clusterId: string
  readonly service: string
  readonly action: ServiceAction
  readonly target?: string
  readonly onClose: () => void
}
/** An action on a service. */
export function PlanDialog({ clusterId, service, action, target: asked, onClose }: ServiceProps) {
  const t = useTranslations("plans")
  const [target, setTarget] = useState(asked ?? "")
  const making = useMaking(() => client.plan.make({ clusterId, service, action, ...(target === "" ? {} : { target }) }), target)
  // Where it may go is the plan's own word: its target, and every other node with its reason.
  const places = [making.data?.subject.to, ...(making.data?.others.filter(({ score }) => score > 0).map(({ node }) => node) ?? [])]
  const nodes = [...new Set([...places, target].filter((node): node is string => node !== undefined && node !== ""))].toSorted()
  const hasChoice = asked === undefined && (action === "start" || action === "relocate") && nodes.length > 1
  return (
    <PlanFlow {...{ clusterId, kind: action, about: { service }, made: making.data, error: making.error, onClose }}>
      {hasChoice && (
        <SelectField
          label={t("where")}
          value={target}
          options={[{ value: "", label: t("whereBest") }, ...nodes.map((node) => ({ value: node, label: node }))]}
          onChange={(event) => setTarget(event.target.value)}
        />
      )}
    </PlanFlow>
  )
}

type NodeProps = {
  readonly clusterId: string
  readonly node: string
  readonly action: "maintain" | "return"
  readonly onClose: () => void
}
/** A node into maintenance, or back: with the services that prefer it, or without. */
export function NodePlanDialog({ clusterId, node, action, onClose }: NodeProps) {
  const t = useTranslations("plans")
  const [failback, setFailback] = useState(true)
  const making = useMaking(() => client.plan.node({ clusterId, node, action, failback }), String(failback))
  return (
    <PlanFlow {...{ clusterId, kind: action, about: { node }, made: making.data, error: making.error, onClose }}>
      {action === "return" && (
        <Checkbox checked={failback} onChange={(event) => setFailback(event.target.checked)}>
          {t("failback")}
        </Checkbox>
      )}
    </PlanFlow>
  )
}

type LockProps = { readonly clusterId: string; readonly action: "lock" | "unlock"; readonly onClose: () => void }
export function LockPlanDialog({ clusterId, action, onClose }: LockProps) {
  const making = useMaking(() => client.plan.lock({ clusterId, action }))
  return <PlanFlow {...{ clusterId, kind: action, about: {}, made: making.data, error: making.error, onClose }} />
}
