"use client"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import Link from "next/link"
import { reportsOf } from "@/components/node/refusals"
import { Button, LinkButton } from "@/components/ui/button"
import { Card, Empty, PageHead } from "@/components/ui/card"
import { Reports } from "@/components/ui/reports"
import { api, client } from "@/lib/client/api"
import type { DomainView } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"

export function DomainList({ clusterId, initial }: { readonly clusterId: string; readonly initial: readonly DomainView[] }) {
  const t = useTranslations("domains")
  const queries = useQueryClient()
  const { data } = useQuery({ ...api.domain.list.queryOptions({ input: { clusterId } }), initialData: initial })
  const removing = useMutation({
    mutationFn: (name: string) => client.domain.remove({ clusterId, name }),
    onSettled: () => queries.invalidateQueries({ queryKey: api.domain.key() }),
  })
  const flags = (d: DomainView) => (["ordered", "restricted", "nofailback"] as const).filter((flag) => d[flag]).map((flag) => t(flag))
  return (
    <>
      <PageHead title={t("title")} sub={t("text")}>
        <LinkButton href={`/c/${clusterId}/domains/new`} look="primary">
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
          {data.map((domain) => (
            <li key={domain.name} className="flex flex-wrap items-center gap-3 px-3.5 py-2.5">
              <span className="min-w-0 flex-1">
                <Link href={`/c/${clusterId}/domains/${domain.name}`} className="font-semibold no-underline hover:underline">
                  {domain.name}
                </Link>
                <span className="block text-ink2">
                  {[
                    ...flags(domain),
                    domain.services.length > 0 ? t("usedBy", { services: domain.services.join(", ") }) : t("unused"),
                  ].join(" · ")}
                </span>
              </span>
              <span className="font-mono text-[12px]">
                {domain.members.map(({ node, priority }) => (priority === null ? node : `${node} ${priority}`)).join(", ")}
              </span>
              <Button label={`${t("remove")}: ${domain.name}`} onPress={() => removing.mutate(domain.name)}>
                {t("remove")}
              </Button>
            </li>
          ))}
        </ul>
      </Card>
    </>
  )
}
