"use client"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { Button, LinkButton } from "@/components/ui/button"
import { Card, PageHead } from "@/components/ui/card"
import { StateMark } from "@/components/ui/state-mark"
import { api, client } from "@/lib/client/api"
import { useTranslations } from "@/lib/i18n/use"

type SimNode = {
  readonly name: string
  readonly isOn: boolean
  readonly isPlugged: boolean
  readonly units: readonly { readonly name: string; readonly isRunning: boolean }[]
}

/** For the demo: what a person could do to a rack with a pair of hands. */
export function Trouble({ clusterId, initial }: { readonly clusterId: string; readonly initial: { readonly nodes: readonly SimNode[] } }) {
  const t = useTranslations("demo")
  const { data } = useQuery({ ...api.demo.get.queryOptions({ input: {} }), initialData: initial })
  return (
    <>
      <PageHead title={t("title")} sub={t("text")}>
        <LinkButton href={`/c/${clusterId}`}>{t("watch")}</LinkButton>
      </PageHead>
      <div className="grid gap-3.5 md:grid-cols-3">
        {data.nodes.map((node) => (
          <NodeCard key={node.name} node={node} />
        ))}
      </div>
    </>
  )
}
function NodeCard({ node }: { readonly node: SimNode }) {
  const t = useTranslations("demo")
  const queries = useQueryClient()
  const onSettled = () => queries.invalidateQueries({ queryKey: api.demo.key() })
  const { name, isOn, isPlugged, units } = node
  const power = useMutation({ mutationFn: () => client.demo.power({ node: name, on: !isOn }), onSettled })
  const cable = useMutation({ mutationFn: () => client.demo.cable({ node: name, on: !isPlugged }), onSettled })
  const stop = useMutation({ mutationFn: (unit: string) => client.demo.stopUnit({ node: name, unit }), onSettled })
  return (
    <Card className="p-4">
      <h2 className="flex items-center gap-2">
        <StateMark mark={isOn && isPlugged ? "ok" : "bad"} />
        {name}
        <span className="font-normal text-ink2">
          {isOn ? t("on") : t("off")}, {isPlugged ? t("plugged") : t("unplugged")}
        </span>
      </h2>
      <div className="mt-3 grid gap-2">
        <Button look={isOn ? "danger" : "default"} isBusy={power.isPending} onPress={() => power.mutate()}>
          {t(isOn ? "powerOff" : "powerOn", { node: name })}
        </Button>
        <Button isBusy={cable.isPending} onPress={() => cable.mutate()}>
          {t(isPlugged ? "unplug" : "plug", { node: name })}
        </Button>
      </div>
      <h3 className="mt-4 mb-1 text-ink2">{t("units")}</h3>
      <ul className="grid gap-1.5">
        {units.map((unit) => (
          <li key={unit.name} className="flex items-center gap-2">
            <StateMark mark={unit.isRunning ? "ok" : "off"} />
            <span className="min-w-0 flex-1 font-mono text-[12px]">{unit.name}</span>
            {unit.isRunning ? (
              <Button label={t("stopUnit", { unit: unit.name, node: name })} isBusy={stop.isPending} onPress={() => stop.mutate(unit.name)}>
                ■
              </Button>
            ) : (
              <span className="text-ink2">{t("stopped")}</span>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}
