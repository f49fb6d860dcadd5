"use client"
import { useRouter } from "next/navigation"
import { useEffect, useState } from "react"
import { Button } from "@/components/ui/button"
import { Dialog, DialogFoot } from "@/components/ui/dialog"
import { useTranslations } from "@/lib/i18n/use"

const isPlain = (event: MouseEvent) => event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.defaultPrevented
type Props = {
  readonly isDirty: boolean
  /** Pages of the same draft. */
  readonly own: readonly string[]
  readonly onDiscard: () => void
}
/** Asks before a page with unsaved changes is left: by the browser where it is closed, by a dialog where a link leads away. */
export function LeaveGuard({ isDirty, own, onDiscard }: Props) {
  const t = useTranslations("balancer.leave")
  const router = useRouter()
  const [to, setTo] = useState<string>()
  useEffect(() => {
    if (!isDirty) return
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault()
    const onClick = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null
      const href = link?.getAttribute("href") ?? ""
      if (
        !isPlain(event) ||
        !href.startsWith("/") ||
        link?.getAttribute("target") ||
        href === window.location.pathname ||
        own.includes(href)
      )
        return
      event.preventDefault()
      event.stopPropagation()
      setTo(href)
    }
    window.addEventListener("beforeunload", onUnload)
    document.addEventListener("click", onClick, true)
    return () => {
      window.removeEventListener("beforeunload", onUnload)
      document.removeEventListener("click", onClick, true)
    }
  }, [isDirty, own])
  if (to === undefined) return null
  return (
    <Dialog title={t("title")} sub={t("text")} onClose={() => setTo(undefined)}>
      <DialogFoot>
        <Button
          look="quiet"
          onPress={() => {
            onDiscard()
            router.push(to)
          }}
        >
          {t("discard")}
        </Button>
        <Button onPress={() => router.push(to)}>{t("keep")}</Button>
        <Button look="primary" onPress={() => setTo(undefined)}>
          {t("stay")}
        </Button>
      </DialogFoot>
    </Dialog>
  )
}
