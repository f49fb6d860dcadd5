import { useTranslations } from "@/lib/i18n/use"

/** Zod's messages of ours are codes of the catalogue; others are shown as the detail. */
export function useFieldError(error: string | undefined): string | undefined {
  const t = useTranslations("common.errors")
  if (error === undefined) return undefined
  const code = error as "name" // any key: `has` is asked first
  return t.has(code) ? t(code) : error.includes(" ") || error.length > 30 ? error : t("other", { detail: error })
}
