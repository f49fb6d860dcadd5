"use client"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { NodePlanDialog } from "@/components/plan/plan-dialog"
import { Button } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { Dialog, DialogFoot } from "@/components/ui/dialog"
import { Checkbox } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { StateMark } from "@/components/ui/state-mark"
import { api, client } from "@/lib/client/api"
import { useCoded, useTranslations } from "@/lib/i18n/use"
import { reportsOf } from "./refusals"

/** Several nodes, one after the other, with the same gates between each two. */
export function Rolling({ clusterId }: { readonly clusterId: string }) {
  const t = useTranslations("nodes")
  const gate = useCoded("nodes")
  const queries = useQueryClient()
  const { data: view } = useQuery({ ...api.rolling.get.queryOptions({ input: { clusterId } }), refetchInterval: 5_000 })
  const [asked, setAsked] = useState<"maintain" | "return">()
  const ending = useMutation({
    mutationFn: () => client.rolling.end({ clusterId }),
    onSettled: () => queries.invalidateQueries({ queryKey: api.rolling.key() }),
  })
  const close = () => {
    setAsked(undefined)
    void queries.invalidateQueries({ queryKey: api.rolling.key() })
  }
  if (!view) return null
  const { nodes, current, gates } = view
  const isOut = nodes.some((n) => n.isOut)
  return (
    <Card className="mb-3.5 px-3.5 py-2.5">
      <h2>{t("rolling")}</h2>
      <ol className="my-1.5 flex flex-wrap gap-x-4 gap-y-1">
        {nodes.map((one) => (
          <RollingNode key={one.node} {...one} isNext={one.node === current} />
        ))}
      </ol>
      {gates.length > 0 && (
        <p className="text-warn">
          {t("rollingGates")} {gates.map(({ code, params }) => gate(`gates.${code}`, params)).join(", ")}
        </p>
      )}
      <div className="mt-1.5 flex flex-wrap gap-2">
        {current !== null && (
          <Button
            look="primary"
            why={gates.length > 0 ? t("rollingGates") : undefined}
            onPress={() => setAsked(isOut ? "return" : "maintain")}
          >
            {isOut ? t("rollingBack", { node: current }) : t("rollingTake", { node: current })}
          </Button>
        )}
        <Button isBusy={ending.isPending} onPress={() => ending.mutate()}>
          {t("rollingEnd")}
        </Button>
      </div>
      {asked && current !== null && <NodePlanDialog clusterId={clusterId} node={current} action={asked} onClose={close} />}
    </Card>
  )
}

type RollingNodeProps = { readonly node: string; readonly doneMs: number | null; readonly isOut: boolean; readonly isNext: boolean }
function RollingNode({ node, doneMs, isOut, isNext }: RollingNodeProps) {
  const t = useTranslations("nodes")
  const [mark, words] =
    doneMs !== null
      ? (["ok", "rollingDone"] as const)
      : isOut
        ? (["need", "rollingOut"] as const)
        : isNext
          ? (["move", "rollingNext"] as const)
          : (["off", "rollingLater"] as const)
  return (
    <li className="flex items-center gap-1.5">
      <StateMark mark={mark} />
      <b>{node}</b>
      <span className="text-ink2">{t(words)}</span>
    </li>
  )
}

type StartProps = { readonly clusterId: string; readonly nodes: readonly string[]; readonly onClose: () => void }
export function StartRolling({ clusterId, nodes, onClose }: StartProps) {
  const t = useTranslations()
  const queries = useQueryClient()
  const [chosen, setChosen] = useState<readonly string[]>(nodes)
  const starting = useMutation({
    mutationFn: () => client.rolling.start({ clusterId, nodes: [...chosen] }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: api.rolling.key() })
      onClose()
    },
  })
  return (
    <Dialog title={t("nodes.rolling")} sub={t("nodes.rollingText")} onClose={onClose}>
      <fieldset className="mt-3 grid gap-1">
        <legend className="font-medium">{t("nodes.rollingChoose")}</legend>
        {nodes.map((node) => (
          <Checkbox
            key={node}
            checked={chosen.includes(node)}
            onChange={(event) =>
              setChosen(event.target.checked ? nodes.filter((n) => n === node || chosen.includes(n)) : chosen.filter((n) => n !== node))
            }
          >
            {node}
          </Checkbox>
        ))}
      </fieldset>
      <Reports reports={reportsOf(starting.error)} />
      <DialogFoot>
        <Button look="quiet" onPress={onClose}>
          {t("common.cancel")}
        </Button>
        <Button look="primary" isBusy={starting.isPending} onPress={() => starting.mutate()}>
          {t("nodes.rollingStart")}
        </Button>
      </DialogFoot>
    </Dialog>
  )
}
