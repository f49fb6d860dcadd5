"use client"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { dayTime } from "@/components/ui/age"
import { Button } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { Tag } from "@/components/ui/state-mark"
import { api, client } from "@/lib/client/api"
import { useTranslations } from "@/lib/i18n/use"

export function Sessions() {
  const t = useTranslations("settings")
  const queries = useQueryClient()
  const { data = [] } = useQuery(api.session.list.queryOptions({ input: {} }))
  const ending = useMutation({
    mutationFn: (handle: string) => client.session.end({ handle }),
    onSettled: () => queries.invalidateQueries({ queryKey: api.session.key() }),
  })
  return (
    <Card className="p-4">
      <h2>{t("sessions")}</h2>
      <ul className="mt-2 divide-y">
        {data.map((session) => (
          <li key={session.handle} className="flex flex-wrap items-center gap-2 py-2">
            <span className="min-w-0 flex-1">
              <span className="block truncate">{session.client}</span>
              <span className="text-xs text-ink2">
                {t("since", { time: dayTime(session.createdMs) })} · {t("lastSeen", { time: dayTime(session.lastSeenMs) })}
              </span>
            </span>
            {session.isThis ? (
              <Tag mark="ok">{t("thisOne")}</Tag>
            ) : (
              <Button onPress={() => ending.mutate(session.handle)}>{t("end")}</Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}
