import type { alertLanguages, ChannelSettings, EmailInput, mailSecurity, WebhookInput } from "@/lib/domain/alert-channel"

/** What stands in the fields of either kind. */
export type ChannelDraft = {
  readonly name: string
  readonly language: (typeof alertLanguages)[number]
  readonly allowPrivate: boolean
  readonly url: string
  readonly header: string
  readonly host: string
  readonly port: string
  readonly security: (typeof mailSecurity)[number]
  readonly user: string
  readonly from: string
  /** One line, with commas between. */
  readonly to: string
  readonly secret: string
  readonly dropsSecret: boolean
}
const empty: ChannelDraft = {
  ...{ name: "", language: "en", allowPrivate: false, url: "https://", header: "Authorization" },
  ...{ host: "", port: "587", security: "starttls", user: "", from: "", to: "", secret: "", dropsSecret: false },
}
export function draftOf(settings: ChannelSettings | undefined): ChannelDraft {
  if (!settings) return empty
  const { kind: _, ...rest } = settings
  return "to" in rest ? { ...empty, ...rest, port: String(rest.port), to: rest.to.join(", ") } : { ...empty, ...rest }
}
type Common = Pick<ChannelDraft, "name" | "language" | "allowPrivate">
const commonOf = ({ name, language, allowPrivate }: ChannelDraft): Common => ({ name: name.trim(), language, allowPrivate })
export const webhookOf = (draft: ChannelDraft): WebhookInput => ({
  ...commonOf(draft),
  ...{ url: draft.url.trim(), header: draft.header.trim() },
})
export const emailOf = (draft: ChannelDraft): EmailInput => ({
  ...commonOf(draft),
  ...{ host: draft.host.trim(), port: Number(draft.port), security: draft.security, user: draft.user.trim(), from: draft.from.trim() },
  to: draft.to
    .split(",")
    .map((address) => address.trim())
    .filter((address) => address !== ""),
})
/** Left out keeps the stored one, null takes it away. */
export function secretOf<K extends "secret" | "password">(
  key: K,
  { secret, dropsSecret }: ChannelDraft,
): { readonly [key in K]?: string | null } {
  if (secret !== "") return { [key]: secret } as { readonly [key in K]: string } // a computed key loses its name
  return dropsSecret ? ({ [key]: null } as { readonly [key in K]: null }) : {} // likewise
}
