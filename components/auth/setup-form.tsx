"use client"
import { TextField } from "@/components/ui/field"
import { useTranslations } from "@/lib/i18n/use"
import { setupAction } from "@/lib/verbs/session/actions"
import { EntranceForm } from "./entrance-form"

const text = (data: FormData, name: string): string => String(data.get(name) ?? "")
export function SetupForm() {
  const t = useTranslations("auth")
  const act = (data: FormData) =>
    setupAction({ token: text(data, "token").trim(), name: text(data, "name"), password: text(data, "password") })
  return (
    <EntranceForm title={t("setupTitle")} text={t("setupText")} submit={t("create")} act={act}>
      {(errorOf) => (
        <>
          <TextField label={t("token")} name="token" autoComplete="off" required autoFocus error={errorOf("token")} />
          <TextField label={t("newUser")} name="name" autoComplete="username" required error={errorOf("name")} />
          <TextField
            label={t("newPassword")}
            name="password"
            type="password"
            autoComplete="new-password"
            required
            error={errorOf("password")}
          />
        </>
      )}
    </EntranceForm>
  )
}
