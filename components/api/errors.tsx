"use client"
import { useMessages } from "use-intl"
import { Scroll } from "@/components/ui/card"
import { reportCodes } from "@/lib/domain/report"
import { useTranslations } from "@/lib/i18n/use"

/** Each code with its words, parameters in braces; the `type` of a problem leads here. */
export function Errors() {
  const t = useTranslations("api")
  const { reports } = useMessages()
  return (
    <section aria-labelledby="errors">
      <h2 id="errors">{t("errors")}</h2>
      <p className="mb-1.5 text-ink2">{t("errorsText")}</p>
      <Scroll label={t("errors")}>
        <table className="w-full text-left">
          <tbody>
            {reportCodes.toSorted().map((code) => (
              <tr key={code} id={code} className="align-top target:bg-accent-soft">
                <th scope="row" className="border-b px-3 py-1.5 font-mono text-[12px] font-normal">
                  {code}
                </th>
                <td className="border-b px-3 py-1.5 text-ink2">{reports[code]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  )
}
