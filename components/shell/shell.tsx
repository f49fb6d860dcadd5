"use client"
import { type ReactNode, useState } from "react"
import { Tag } from "@/components/ui/state-mark"
import { useTranslations } from "@/lib/i18n/use"
import { logoutAction } from "@/lib/verbs/session/actions"
import { Crumbs } from "./crumbs"
import { FindOrDo } from "./find-or-do"
import { Live } from "./live"
import { Nav } from "./nav"
import { Preferences } from "./preferences"

type ShellProps = { readonly user: string; readonly isDemo: boolean; readonly children: ReactNode }
export function Shell({ user, isDemo, children }: ShellProps) {
  const t = useTranslations()
  const [isOpen, setOpen] = useState(false)
  return (
    <div className="grid min-h-dvh grid-cols-[212px_minmax(0,1fr)] max-md:grid-cols-1">
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:z-20 focus:bg-panel focus:p-2">
        {t("shell.skip")}
      </a>
      <div className="sticky top-0 h-dvh border-r max-md:hidden">
        <Nav isDemo={isDemo} />
      </div>
      {isOpen && (
        <div className="fixed inset-x-0 top-12 bottom-0 z-10 md:hidden">
          <Nav isDemo={isDemo} onGo={() => setOpen(false)} />
        </div>
      )}
      <div className="min-w-0">
        <header className="sticky top-0 z-10 flex h-12 items-center gap-2 border-b bg-bg px-5 max-sm:px-3">
          <button
            type="button"
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
            className="rounded-md px-2 py-1.5 text-[16px] md:hidden"
          >
            <span aria-hidden="true">☰</span>
            <span className="sr-only">{t("shell.menu")}</span>
          </button>
          {isDemo && <Tag mark="move">{t("shell.demoTag")}</Tag>}
          <Crumbs />
          <FindOrDo />
          <span className="flex-1" />
          <Live />
          <Preferences />
          <form action={logoutAction}>
            <button type="submit" className="rounded-md px-2 py-1.5 whitespace-nowrap text-ink2 hover:bg-sunk" title={t("auth.logout")}>
              <span className="max-sm:hidden">{user} · </span>
              {t("auth.logout")}
            </button>
          </form>
        </header>
        <main id="content" className="px-5 py-4 max-sm:px-3.5">
          {children}
        </main>
      </div>
    </div>
  )
}
