"use client"
import Link from "next/link"
import { usePathname } from "next/navigation"
import { useTranslations } from "@/lib/i18n/use"

const pages = ["", "directors", "doctor", "history"] as const
/** The pages of one balancer. */
export function BalancerTabs({ clusterId, name }: { readonly clusterId: string; readonly name: string }) {
  const t = useTranslations("balancer.tab")
  const home = `/c/${clusterId}/balancers/${encodeURIComponent(name)}`
  const path = usePathname()
  return (
    <nav aria-label={t("label", { name })} className="mb-3.5 flex gap-1 overflow-x-auto border-b">
      {pages.map((page) => {
        const href = page === "" ? home : `${home}/${page}`
        return (
          <Link
            key={page}
            href={href}
            aria-current={path === href ? "page" : undefined}
            className="-mb-px border-b-2 border-transparent px-3 py-1.5 whitespace-nowrap text-ink2 no-underline hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-ink max-sm:py-2.5"
          >
            {t(page === "" ? "editor" : page)}
          </Link>
        )
      })}
    </nav>
  )
}
