"use client"
import { LinkButton } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { useTranslations } from "@/lib/i18n/use"

const ways = ["wizard", "adopt", "import"] as const
/** Nothing is there yet: what it is, and the three ways to begin. */
export function ThreeWays({ clusterId, mayAdd }: { readonly clusterId: string; readonly mayAdd: boolean }) {
  const t = useTranslations("balancer.empty")
  const home = `/c/${clusterId}/balancers`
  const href = { wizard: `${home}/new`, adopt: `${home}/adopt`, import: `${home}/new?from=file` }
  return (
    <div className="grid gap-3.5">
      <p className="max-w-prose">{t("text")}</p>
      {mayAdd ? (
        <ul className="grid gap-3.5 md:grid-cols-3">
          {ways.map((way) => (
            <li key={way}>
              <Card className="grid h-full content-between gap-3 p-4">
                <div>
                  <h2>{t(`${way}.title`)}</h2>
                  <p className="mt-1 text-ink2">{t(`${way}.text`)}</p>
                </div>
                <span>
                  <LinkButton href={href[way]} look={way === "wizard" ? "primary" : "default"}>
                    {t(`${way}.go`)}
                  </LinkButton>
                </span>
              </Card>
            </li>
          ))}
        </ul>
      ) : (
        <p className="text-ink2">{t("adminOnly")}</p>
      )}
    </div>
  )
}
