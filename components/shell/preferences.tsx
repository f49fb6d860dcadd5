"use client"
import { useRouter } from "next/navigation"
import { useLocale } from "use-intl"
import { useTranslations } from "@/lib/i18n/use"

const YEAR_S = 31_536_000
const keep = (name: string, value: string) => {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere yet; nothing secret is in it
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_S}; samesite=lax`
}
const look = "rounded-md px-2 py-1.5 text-ink2 hover:bg-sunk"

/** Language and light or dark: in cookies, so that the server renders the right page at once. */
export function Preferences() {
  const t = useTranslations("shell")
  const locale = useLocale()
  const router = useRouter()
  const turn = () => {
    const root = document.documentElement
    const next = root.dataset.theme === "dark" ? "light" : "dark"
    root.dataset.theme = next
    keep("theme", next)
  }
  const translate = () => {
    keep("locale", locale === "ja" ? "en" : "ja")
    router.refresh()
  }
  return (
    <>
      <button type="button" onClick={translate} aria-label={t("languageLabel")} className={look}>
        <span lang={locale === "ja" ? "en" : "ja"}>{t("language")}</span>
      </button>
      <button type="button" onClick={turn} aria-label={t("theme")} title={t("theme")} className={look}>
        ◐
      </button>
    </>
  )
}
