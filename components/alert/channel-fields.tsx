"use client"
import { SelectField, TextField } from "@/components/ui/field"
import { mailSecurity } from "@/lib/domain/alert-channel"
import { useTranslations } from "@/lib/i18n/use"
import type { ChannelDraft } from "./draft"

type FieldsProps = {
  readonly draft: ChannelDraft
  readonly change: (over: Partial<ChannelDraft>) => void
  readonly errorAt: (field: string) => string | undefined
  readonly hasSecret: boolean
}
export function WebhookFields({ draft, change, errorAt, hasSecret }: FieldsProps) {
  const t = useTranslations("alerts")
  return (
    <>
      <TextField
        label={t("url")}
        type="url"
        value={draft.url}
        required
        autoComplete="off"
        hint={t("urlHint")}
        error={errorAt("url")}
        onChange={(event) => change({ url: event.target.value })}
      />
      <TextField
        label={t("header")}
        value={draft.header}
        autoComplete="off"
        error={errorAt("header")}
        onChange={(event) => change({ header: event.target.value })}
      />
      <TextField
        label={t("secret")}
        type="password"
        value={draft.secret}
        autoComplete="new-password"
        hint={hasSecret ? t("secretKept") : t("secretHint")}
        error={errorAt("secret")}
        onChange={(event) => change({ secret: event.target.value })}
      />
    </>
  )
}
export function EmailFields({ draft, change, errorAt, hasSecret }: FieldsProps) {
  const t = useTranslations("alerts")
  const isOpen = draft.security === "none"
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-[minmax(0,1fr)_7rem]">
        <TextField
          label={t("host")}
          value={draft.host}
          required
          autoComplete="off"
          error={errorAt("host")}
          onChange={(event) => change({ host: event.target.value })}
        />
        <TextField
          label={t("port")}
          inputMode="numeric"
          value={draft.port}
          required
          error={errorAt("port")}
          onChange={(event) => change({ port: event.target.value })}
        />
      </div>
      <SelectField
        label={t("security")}
        value={draft.security}
        options={mailSecurity.map((value) => ({ value, label: t(`securities.${value}`) }))}
        hint={isOpen ? t("securityOpen") : undefined}
        onChange={(event) => change({ security: mailSecurity.find((s) => s === event.target.value) ?? "starttls" })}
      />
      <TextField
        label={t("user")}
        value={draft.user}
        autoComplete="off"
        hint={t("userHint")}
        error={errorAt("user")}
        onChange={(event) => change({ user: event.target.value })}
      />
      <TextField
        label={t("password")}
        type="password"
        value={draft.secret}
        autoComplete="new-password"
        hint={hasSecret ? t("secretKept") : undefined}
        error={errorAt("password")}
        onChange={(event) => change({ secret: event.target.value })}
      />
      <TextField
        label={t("from")}
        inputMode="email"
        value={draft.from}
        required
        autoComplete="off"
        error={errorAt("from")}
        onChange={(event) => change({ from: event.target.value })}
      />
      <TextField
        label={t("to")}
        inputMode="email"
        value={draft.to}
        required
        autoComplete="off"
        hint={t("toHint")}
        error={errorAt("to")}
        onChange={(event) => change({ to: event.target.value })}
      />
    </>
  )
}
