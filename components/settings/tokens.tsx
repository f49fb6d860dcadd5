"use client"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { dayTime } from "@/components/ui/age"
import { Button, LinkButton } from "@/components/ui/button"
import { Card, Empty, PageHead } from "@/components/ui/card"
import { Dialog, DialogFoot } from "@/components/ui/dialog"
import { Reports } from "@/components/ui/reports"
import { type Mark, Tag } from "@/components/ui/state-mark"
import { api, client } from "@/lib/client/api"
import type { Role } from "@/lib/domain/roles"
import type { TokenView } from "@/lib/domain/token"
import { useTranslations } from "@/lib/i18n/use"
import { NewToken } from "./new-token"

const marks: Readonly<Record<TokenView["state"], Mark>> = { valid: "ok", expired: "off", revoked: "off" }

/** The keys of programs: one's own, for an admin everybody's. */
export function Tokens({ role }: { readonly role: Role }) {
  const t = useTranslations("api")
  const [isMaking, setMaking] = useState(false)
  const [revoking, setRevoking] = useState<TokenView>()
  const { data = [] } = useQuery(api.token.list.queryOptions({ input: {}, refetchOnMount: "always" }))
  return (
    <>
      <PageHead title={t("tokens")} sub={t("tokensText")}>
        <LinkButton href="/api/docs">{t("docs")}</LinkButton>
        <Button look="primary" onPress={() => setMaking(true)}>
          {t("create")}
        </Button>
      </PageHead>
      <Card>
        {data.length === 0 && <Empty>{t("none")}</Empty>}
        <ul className="divide-y">
          {data.map((token) => (
            <Token key={token.id} token={token} onRevoke={setRevoking} />
          ))}
        </ul>
      </Card>
      {isMaking && <NewToken role={role} onClose={() => setMaking(false)} />}
      {revoking && <Revoke token={revoking} onClose={() => setRevoking(undefined)} />}
    </>
  )
}
function Token({ token, onRevoke }: { readonly token: TokenView; readonly onRevoke: (token: TokenView) => void }) {
  const t = useTranslations()
  const { name, user, kind, role, state, createdMs, expiresMs, lastUsedMs } = token
  const facts = [
    [t("api.made"), `${dayTime(createdMs)} · ${user} · ${t(`api.kinds.${kind}`)}`],
    [t("api.expires"), dayTime(expiresMs)],
    [t("api.lastUsed"), lastUsedMs === null ? t("api.never") : dayTime(lastUsedMs)],
  ] as const
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-3.5 py-2.5">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <b className="min-w-0 break-words">{name}</b> <span className="text-ink2">{t(`common.roles.${role}`)}</span>
          <Tag mark={marks[state]}>{t(`api.states.${state}`)}</Tag>
        </p>
        <dl className="mt-0.5 flex flex-wrap gap-x-4 text-xs text-ink2">
          {facts.map(([words, value]) => (
            <div key={words} className="flex flex-wrap gap-x-1.5">
              <dt>{words}</dt>
              <dd className="text-ink" suppressHydrationWarning>
                {value}
              </dd>
            </div>
          ))}
        </dl>
      </div>
      {state === "valid" && (
        <Button label={t("api.revokeOf", { name })} onPress={() => onRevoke(token)}>
          {t("api.revoke")}
        </Button>
      )}
    </li>
  )
}
function Revoke({ token: { id, name }, onClose }: { readonly token: TokenView; readonly onClose: () => void }) {
  const t = useTranslations()
  const queries = useQueryClient()
  const revoking = useMutation({
    mutationFn: () => client.token.revoke({ id }),
    onSuccess: onClose,
    onSettled: () => queries.invalidateQueries({ queryKey: api.token.key() }),
  })
  return (
    <Dialog title={t("api.revokeTitle", { name })} sub={t("api.revokeText")} onClose={onClose}>
      {revoking.error && <Reports reports={reportsOf(revoking.error)} />}
      <DialogFoot>
        <Button look="quiet" onPress={onClose}>
          {t("common.cancel")}
        </Button>
        <Button look="danger" isBusy={revoking.isPending} onPress={() => revoking.mutate()}>
          {t("api.revoke")}
        </Button>
      </DialogFoot>
    </Dialog>
  )
}
