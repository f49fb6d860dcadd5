"use client"
import { useState } from "react"
import { useTranslations } from "@/lib/i18n/use"

/** A command or a key, to read and to copy. */
export function Code({ text }: { readonly text: string }) {
  const t = useTranslations("common")
  const [isCopied, setCopied] = useState(false)
  const copy = () => navigator.clipboard?.writeText(text).then(() => setCopied(true))
  return (
    <div className="relative rounded-lg border bg-sunk">
      <pre className="overflow-x-auto p-2.5 pr-16 font-mono text-[12px] whitespace-pre-wrap break-all">{text}</pre>
      <button type="button" onClick={copy} className="absolute top-1 right-1 rounded px-2 py-1 text-xs text-ink2 hover:bg-panel">
        {isCopied ? t("copied") : t("copy")}
      </button>
    </div>
  )
}
