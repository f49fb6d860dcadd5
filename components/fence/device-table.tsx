"use client"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import Link from "next/link"
import { reportsOf } from "@/components/node/refusals"
import { Button, LinkButton } from "@/components/ui/button"
import { Card, Empty, Mono } from "@/components/ui/card"
import { Reports } from "@/components/ui/reports"
import { api, client } from "@/lib/client/api"
import type { FenceDeviceView } from "@/lib/domain/fencing"
import { useTranslations } from "@/lib/i18n/use"

const cell = "px-3 py-2 md:border-b max-md:block max-md:py-0.5"
const heads = ["name", "agent", "runsOn", "nodes", "secrets"] as const
type TableProps = { readonly clusterId: string; readonly devices: readonly FenceDeviceView[]; readonly isAdmin: boolean }
/** What is defined; of secrets the names only. At 390 px each is a card. */
export function DeviceTable({ clusterId, devices, isAdmin }: TableProps) {
  const t = useTranslations("fencing")
  const queries = useQueryClient()
  const removing = useMutation({
    mutationFn: (name: string) => client.fence.removeDevice({ clusterId, name }),
    onSettled: () => queries.invalidateQueries({ queryKey: api.fence.key() }),
  })
  return (
    <section aria-labelledby="fence-devices" className="grid gap-1.5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id="fence-devices">{t("devices")}</h2>
        {isAdmin && <LinkButton href={`/c/${clusterId}/fencing/devices/new`}>{t("addDevice")}</LinkButton>}
      </div>
      <Reports reports={reportsOf(removing.error)} />
      <Card>
        {devices.length === 0 ? (
          <Empty>{t("noDevices")}</Empty>
        ) : (
          <table className="w-full text-left max-md:block">
            <thead className="max-md:sr-only">
              <tr>
                {heads.map((head) => (
                  <th key={head} scope="col" className="border-b px-3 py-2 font-medium">
                    {t(head)}
                  </th>
                ))}
                {isAdmin && <td className="border-b" />}
              </tr>
            </thead>
            <tbody className="max-md:block max-md:divide-y">
              {devices.map((device) => (
                <DeviceRow
                  key={device.name}
                  {...{ clusterId, device, isAdmin }}
                  isBusy={removing.isPending && removing.variables === device.name}
                  onRemove={() => removing.mutate(device.name)}
                />
              ))}
            </tbody>
          </table>
        )}
      </Card>
    </section>
  )
}
type RowProps = Pick<TableProps, "clusterId" | "isAdmin"> & {
  readonly device: FenceDeviceView
  readonly isBusy: boolean
  readonly onRemove: () => void
}
function DeviceRow({ clusterId, device, isAdmin, isBusy, onRemove }: RowProps) {
  const t = useTranslations()
  const { name, agent, runsOn, nodes, secrets } = device
  const href = `/c/${clusterId}/fencing/devices/${name}`
  const label = (words: string) => <span className="text-ink2 md:hidden">{words}: </span>
  return (
    <tr className="align-top max-md:block max-md:py-2">
      <th scope="row" className={`${cell} font-semibold break-words`}>
        <Link href={href} className="no-underline hover:underline">
          {name}
        </Link>
      </th>
      <td className={cell}>
        <Mono>{agent}</Mono>
      </td>
      <td className={cell}>
        {label(t("fencing.runsOn"))}
        {t(`fencing.runs.${runsOn}`)}
      </td>
      <td className={cell}>
        {label(t("fencing.nodes"))}
        {nodes.length === 0 ? t("fencing.noNodes") : nodes.join(", ")}
      </td>
      <td className={cell}>
        {label(t("fencing.secrets"))}
        {secrets.length === 0 ? t("fencing.none") : <Mono>{secrets.join(", ")}</Mono>}
      </td>
      {isAdmin && (
        <td className={cell}>
          <span className="flex flex-wrap gap-2 md:justify-end">
            <LinkButton href={href}>
              {t("common.edit")}
              <span className="sr-only">{name}</span>
            </LinkButton>
            <Button
              label={t("fencing.removeOf", { name })}
              why={nodes.length > 0 ? t("fencing.inUse", { nodes: nodes.join(", ") }) : undefined}
              isBusy={isBusy}
              onPress={onRemove}
            >
              {t("common.remove")}
            </Button>
          </span>
          {nodes.length > 0 && (
            <span className="mt-1 block text-xs text-ink3 md:text-right">{t("fencing.inUse", { nodes: nodes.join(", ") })}</span>
          )}
        </td>
      )}
    </tr>
  )
}
