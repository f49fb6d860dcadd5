import type { Metadata, Viewport } from "next"
import { cookies, headers } from "next/headers"
import type { ReactNode } from "react"
import { Providers } from "@/components/shell/providers"
import { localeOf, messagesOf } from "@/lib/i18n/messages"
import "./globals.css"

export const metadata: Metadata = { title: "Moyai", robots: { index: false } }
export const viewport: Viewport = { width: "device-width", initialScale: 1 }

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const jar = await cookies()
  const locale = localeOf(jar.get("locale")?.value, (await headers()).get("accept-language"))
  const wanted = jar.get("theme")?.value
  const theme = wanted === "dark" || wanted === "light" ? wanted : "system"
  return (
    <html lang={locale} data-theme={theme}>
      <body>
        <Providers locale={locale} messages={messagesOf(locale)}>
          {children}
        </Providers>
      </body>
    </html>
  )
}
