"use client"
import { Card, Empty } from "@/components/ui/card"
import type { ConfNote } from "@/lib/domain/cluster-conf"
import { conf as words } from "@/lib/i18n/en/conf"
import { useTranslations } from "@/lib/i18n/use"

const isKnown = (code: string): code is keyof typeof words.codes => Object.hasOwn(words.codes, code)
type Props = { readonly id: string; readonly title: string; readonly none?: string; readonly notes: readonly ConfNote[] }
/** What it is about in the reader's language, and the reader of the file in its own words. */
export function Notes({ id, title, none, notes }: Props) {
  const t = useTranslations("conf")
  if (notes.length === 0 && none === undefined) return null
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="mb-1.5 text-[14px] font-semibold">
        {title}
      </h3>
      <Card>
        {notes.length === 0 && <Empty>{none}</Empty>}
        <ul className="divide-y">
          {notes.map(({ line, code, text }) => (
            <li key={`${line} ${code} ${text}`} className="px-3.5 py-2">
              <b>{t(`codes.${isKnown(code) ? code : "other"}`)}</b>
              {line > 0 && <span className="text-ink2"> · {t("lineNumber", { line: String(line) })}</span>}
              <span lang="en" className="block break-words text-ink2">
                {text}
              </span>
            </li>
          ))}
        </ul>
      </Card>
    </section>
  )
}
