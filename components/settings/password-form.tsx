"use client"
import { useMutation } from "@tanstack/react-query"
import { reportsOf } from "@/components/node/refusals"
import { Button } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { client } from "@/lib/client/api"
import { useTranslations } from "@/lib/i18n/use"

export function PasswordForm() {
  const t = useTranslations("settings")
  const changing = useMutation({ mutationFn: (input: { current: string; next: string }) => client.user.setPassword(input) })
  const reports = changing.error ? reportsOf(changing.error) : []
  const next = reports.find((r) => r.field === "next")
  return (
    <Card className="p-4">
      <h2>{t("password")}</h2>
      <form
        method="post"
        className="mt-3 grid gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          const data = new FormData(event.currentTarget)
          changing.mutate({ current: String(data.get("current")), next: String(data.get("next")) })
        }}
      >
        <Reports reports={reports.filter((r) => r !== next)} />
        <TextField label={t("current")} name="current" type="password" autoComplete="current-password" required />
        <TextField label={t("next")} name="next" type="password" autoComplete="new-password" required error={next?.params.detail} />
        <Button type="submit" isBusy={changing.isPending}>
          {t("change")}
        </Button>
        {changing.isSuccess && (
          <p role="status" className="text-ok">
            {t("changed")}
          </p>
        )}
      </form>
    </Card>
  )
}
