"use client"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import Link from "next/link"
import { reportsOf } from "@/components/node/refusals"
import { Button, LinkButton } from "@/components/ui/button"
import { Card, Empty, Mono, PageHead } from "@/components/ui/card"
import { Reports } from "@/components/ui/reports"
import { api, client } from "@/lib/client/api"
import { useTranslations } from "@/lib/i18n/use"

export type SharedView = { readonly name: string; readonly driver: string; readonly params: unknown; readonly service: string | null }
const field = (params: unknown, name: string): string => {
  const value = typeof params === "object" && params !== null ? Object.entries(params).find(([key]) => key === name)?.[1] : undefined
  return typeof value === "string" ? value : ""
}
/** What it is, in the words of the tool: "heartbeat:Filesystem", "apache2.service". */
const whatOf = ({ params }: SharedView): string =>
  field(params, "unit") || field(params, "script") || [field(params, "provider"), field(params, "agent")].filter(Boolean).join(":")

/** Resources that are defined once for the cluster, and the service that uses each. */
export function SharedList({ clusterId, initial }: { readonly clusterId: string; readonly initial: readonly SharedView[] }) {
  const t = useTranslations("resources")
  const queries = useQueryClient()
  const { data } = useQuery({ ...api.resource.list.queryOptions({ input: { clusterId } }), initialData: [...initial] })
  const removing = useMutation({
    mutationFn: (name: string) => client.resource.remove({ clusterId, name }),
    onSettled: () => queries.invalidateQueries({ queryKey: api.resource.key() }),
  })
  return (
    <>
      <PageHead title={t("title")} sub={t("text")}>
        <LinkButton href={`/c/${clusterId}/resources/new`} look="primary">
          {t("add")}
        </LinkButton>
      </PageHead>
      {removing.error && (
        <div className="mb-3">
          <Reports reports={reportsOf(removing.error)} />
        </div>
      )}
      <Card>
        {data.length === 0 && <Empty>{t("none")}</Empty>}
        <ul className="divide-y">
          {data.map((shared) => (
            <li key={shared.name} className="flex flex-wrap items-center gap-3 px-3.5 py-2.5">
              <span className="min-w-0 flex-1">
                <Link href={`/c/${clusterId}/resources/${shared.name}`} className="font-semibold no-underline hover:underline">
                  {shared.name}
                </Link>
                <span className="block text-ink2">
                  <Mono>{whatOf(shared)}</Mono> · {shared.service === null ? t("unused") : t("usedBy", { service: shared.service })}
                </span>
              </span>
              <Button
                label={`${t("remove")}: ${shared.name}`}
                isBusy={removing.isPending && removing.variables === shared.name}
                onPress={() => removing.mutate(shared.name)}
              >
                {t("remove")}
              </Button>
            </li>
          ))}
        </ul>
      </Card>
    </>
  )
}
