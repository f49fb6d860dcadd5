"use client"
import { useRouter } from "next/navigation"
import { useSyncExternalStore } from "react"
import { useLocale } from "use-intl"
import { useTranslations } from "@/lib/i18n/use"

const YEAR_S = 31_536_000
const keep = (name: string, value: string) => {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere yet; nothing secret is in it
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_S}; samesite=lax`
}
const look = "rounded-md px-2 py-1.5 text-ink2 hover:bg-sunk"

type Theme = "system" | "light" | "dark"
const after: Readonly<Record<Theme, Theme>> = { system: "light", light: "dark", dark: "system" }
const signs: Readonly<Record<Theme, string>> = { system: "◐", light: "☼", dark: "☾" }
const watchers = new Set<() => void>()
const themeNow = (): Theme => {
  const { theme } = document.documentElement.dataset
  return theme === "light" || theme === "dark" ? theme : "system"
}
function setTheme(next: Theme) {
  document.documentElement.dataset.theme = next
  keep("theme", next)
  for (const watch of watchers) watch()
}
const useTheme = (): Theme =>
  useSyncExternalStore(
    (watch) => {
      watchers.add(watch)
      return () => watchers.delete(watch)
    },
    themeNow,
    () => "system",
  )

/** Language, and light, dark or as the system has it: in cookies, so that the server renders the right page at once. */
export function Preferences() {
  const t = useTranslations("shell")
  const locale = useLocale()
  const router = useRouter()
  const theme = useTheme()
  const translate = () => {
    keep("locale", locale === "ja" ? "en" : "ja")
    router.refresh()
  }
  const words = t("themeIs", { theme: t(`themes.${theme}`) })
  return (
    <>
      <button type="button" onClick={translate} aria-label={t("languageLabel")} className={look}>
        <span lang={locale === "ja" ? "en" : "ja"}>{t("language")}</span>
      </button>
      <button type="button" onClick={() => setTheme(after[theme])} aria-label={words} title={words} className={look}>
        {signs[theme]}
      </button>
    </>
  )
}
