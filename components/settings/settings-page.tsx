"use client"
import { LinkButton } from "@/components/ui/button"
import { PageHead } from "@/components/ui/card"
import { useTranslations } from "@/lib/i18n/use"
import { PasswordForm } from "./password-form"
import { Sessions } from "./sessions"
import { Users } from "./users"

export function SettingsPage({ isAdmin }: { readonly isAdmin: boolean }) {
  const t = useTranslations("settings")
  const words = useTranslations("api")
  return (
    <>
      <PageHead title={t("title")}>
        <LinkButton href="/settings/tokens">{words("tokens")}</LinkButton>
        {isAdmin && <LinkButton href="/settings/audit">{t("audit")}</LinkButton>}
        {isAdmin && <LinkButton href="/clusters/new">{t("newCluster")}</LinkButton>}
      </PageHead>
      <div className="grid gap-3.5 lg:grid-cols-2">
        <div className="grid content-start gap-3.5">
          <PasswordForm />
          <Sessions />
        </div>
        {isAdmin && <Users />}
      </div>
    </>
  )
}
