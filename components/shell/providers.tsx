"use client"
import type { ReactNode } from "react"
import { IntlProvider } from "use-intl"
import { QueryProvider } from "@/lib/client/query"
import type { Locale, Messages } from "@/lib/i18n/messages"

type ProvidersProps = { readonly locale: Locale; readonly messages: Messages; readonly children: ReactNode }
export const Providers = ({ locale, messages, children }: ProvidersProps) => (
  <IntlProvider locale={locale} messages={messages} timeZone="UTC">
    <QueryProvider>{children}</QueryProvider>
  </IntlProvider>
)
