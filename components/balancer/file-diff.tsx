"use client"
import type { FileDiff } from "@/lib/domain/balancer-view"
import { useTranslations } from "@/lib/i18n/use"

const looks: Readonly<Record<string, string>> = { "+": "bg-ok-soft text-ok", "-": "bg-bad-soft text-bad", "@": "text-ink3" }
const SHOWN = 400
/** A file as it is and as it will be; the signs stay, so that colour is not all that tells. */
export function FileDiffText({ diff: { node, path, isNew, lines } }: { readonly diff: FileDiff }) {
  const t = useTranslations("balancer")
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 text-ink2">
        <b className="text-ink">{node}</b> <span className="font-mono text-[12px] break-all">{path}</span>
        {isNew && ` · ${t("newFile")}`}
      </figcaption>
      {lines.length === 0 ? (
        <p className="text-ink2">{t("sameFile")}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard (WCAG 2.1.1)
        <pre tabIndex={0} className="max-h-96 overflow-auto rounded-lg border bg-sunk py-1.5 font-mono text-[12px] leading-snug">
          {lines.slice(0, SHOWN).map((line, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text that never changes in place
            <span key={i} className={`block min-w-full px-2.5 whitespace-pre ${looks[line.charAt(0)] ?? ""}`}>
              {line === "" ? " " : line}
            </span>
          ))}
          {lines.length > SHOWN && <span className="block px-2.5 text-ink3">{t("moreLines", { n: lines.length - SHOWN })}</span>}
        </pre>
      )}
    </figure>
  )
}
