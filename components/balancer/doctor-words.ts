import { useTranslations } from "@/lib/i18n/use"

/** What the doctor says of itself stands under `doctor`; a code without words shows itself. */
export function useDoctorWords() {
  const t = useTranslations()
  return (code: string, params: Readonly<Record<string, string>> = {}): string => {
    const key = `doctor.${code}` as never // a code of the server; asked by has
    return t.has(key) ? t(key, params as never) : (code.split(".").at(-1) ?? code)
  }
}
