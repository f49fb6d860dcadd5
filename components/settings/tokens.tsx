"use client"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { dayTime } from "@/components/ui/age"
import { Button, LinkButton } from "@/components/ui/button"
import { Card, Empty, PageHead, Scroll } from "@/components/ui/card"
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
      {data.length === 0 ? (
        <Card>
          <Empty>{t("none")}</Empty>
        </Card>
      ) : (
        <TokenTable tokens={data} onRevoke={setRevoking} />
      )}
      {isMaking && <NewToken role={role} onClose={() => setMaking(false)} />}
      {revoking && <Revoke token={revoking} onClose={() => setRevoking(undefined)} />}
    </>
  )
}
type TableProps = { readonly tokens: readonly TokenView[]; readonly onRevoke: (token: TokenView) => void }
function TokenTable({ tokens, onRevoke }: TableProps) {
  const t = useTranslations()
  const cell = "border-b px-3 py-2 align-top"
  const time = `${cell} whitespace-nowrap text-ink2`
  return (
    <Scroll label={t("api.tokens")}>
      <table className="w-full text-left">
        <thead>
          <tr>
            {(["name", "role", "state", "expires", "lastUsed"] as const).map((head) => (
              <th key={head} scope="col" className="border-b px-3 py-2 font-medium">
                {t(`api.${head}`)}
              </th>
            ))}
            <td className="border-b" />
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <tr key={token.id}>
              <th scope="row" className={`${cell} font-normal`}>
                <b>{token.name}</b>
                <span className="block text-xs text-ink2">
                  {token.user} · {t(`api.kinds.${token.kind}`)}
                </span>
              </th>
              <td className={cell}>{t(`common.roles.${token.role}`)}</td>
              <td className={cell}>
                <Tag mark={marks[token.state]}>{t(`api.states.${token.state}`)}</Tag>
              </td>
              <td className={time} suppressHydrationWarning>
                {dayTime(token.expiresMs)}
              </td>
              <td className={time} suppressHydrationWarning>
                {token.lastUsedMs === null ? t("api.never") : dayTime(token.lastUsedMs)}
              </td>
              <td className={`${cell} text-right`}>
                {token.state === "valid" && (
                  <Button label={t("api.revokeOf", { name: token.name })} onPress={() => onRevoke(token)}>
                    {t("api.revoke")}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
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
