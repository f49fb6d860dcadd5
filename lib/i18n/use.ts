import { useTranslations } from "use-intl"
import type { Messages } from "./messages"

declare module "use-intl" {
  interface AppConfig {
    Messages: Messages
    Locale: "en" | "ja"
  }
}

export { useTranslations }

type Params = Readonly<Record<string, string | number>>
/** For codes that come from the server: an unknown one shows itself rather than nothing. */
export function useCoded(area: keyof Messages) {
  const t = useTranslations()
  return (code: string, params: Params = {}): string => {
    const key = `${area}.${code}` as never // a code of the server; checked by `has`
    return t.has(key) ? t(key, params as never) : code
  }
}
