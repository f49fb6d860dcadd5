"use client"
import dynamic from "next/dynamic"
import { useEffect, useState } from "react"
import { useTranslations } from "@/lib/i18n/use"

/** Loaded when it is first wanted: every page would carry it otherwise. */
const Palette = dynamic(() => import("./palette"), { ssr: false })

/** The field in the header, and Ctrl or ⌘ with K from anywhere. */
export function FindOrDo() {
  const t = useTranslations("shell")
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      setOpen((was) => !was)
    }
    window.addEventListener("keydown", onKey)
    return () => window.removeEventListener("keydown", onKey)
  }, [])
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        aria-keyshortcuts="Control+K Meta+K"
        className="flex items-center gap-3 rounded-md border px-2.5 py-1 text-ink3 hover:bg-sunk max-sm:border-0 max-sm:px-2"
      >
        <span className="max-sm:sr-only">{t("find")}</span>
        <span aria-hidden="true" className="sm:hidden">
          ⌕
        </span>
        <span aria-hidden="true" className="font-mono text-[11px] max-sm:hidden">
          Ctrl K
        </span>
      </button>
      {isOpen && <Palette onClose={() => setOpen(false)} />}
    </>
  )
}
