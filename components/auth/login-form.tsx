"use client"
import { TextField } from "@/components/ui/field"
import { useTranslations } from "@/lib/i18n/use"
import { loginAction } from "@/lib/verbs/session/actions"
import { EntranceForm } from "./entrance-form"

const text = (data: FormData, name: string): string => String(data.get(name) ?? "")
export function LoginForm({ to }: { readonly to: string }) {
  const t = useTranslations("auth")
  return (
    <EntranceForm
      title={t("login")}
      submit={t("login")}
      to={to}
      act={(data) => loginAction({ name: text(data, "name"), password: text(data, "password") })}
    >
      {() => (
        <>
          <TextField label={t("user")} name="name" autoComplete="username" required autoFocus />
          <TextField label={t("password")} name="password" type="password" autoComplete="current-password" required />
        </>
      )}
    </EntranceForm>
  )
}
