"use client"
import { Fragment } from "react"
import { StateMark } from "@/components/ui/state-mark"
import type { NodeFencingView } from "@/lib/domain/fencing"
import { useTranslations } from "@/lib/i18n/use"
import { PowerTestText } from "./power-test"
import { paramsText } from "./words"

type Props = { readonly view: NodeFencingView; readonly nowMs: number; readonly isHeard: boolean }
/** "1. pdu-1 (plug h1) and pdu-2 (plug h1); if that fails 2. ipmi-h1", each with its last test. */
export function LevelsText({ view, nowMs, isHeard }: Props) {
  const t = useTranslations("fencing")
  return (
    <>
      <ol className="grid gap-2">
        {view.levels.map((level, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: levels have no name but their place
          <li key={i} className="grid gap-1">
            {i > 0 && <span className="text-xs text-ink3">{t("orIfFails")}</span>}
            {level.map(({ device, params, test }, k) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: nor have its devices: one may stand twice
              <Fragment key={k}>
                <span className="grid grid-cols-[1.25rem_minmax(0,1fr)]">
                  <span className="text-ink2">{k === 0 ? `${i + 1}.` : ""}</span>
                  <span className="min-w-0">
                    {k > 0 && <span className="text-ink2">{t("and")} </span>}
                    <b className="font-semibold break-words">{device}</b>{" "}
                    {Object.keys(params).length > 0 && (
                      <span className="break-words text-ink2">{t("withParams", { params: paramsText(params) })}</span>
                    )}
                    <span className="block">
                      <PowerTestText test={test} nowMs={nowMs} />
                    </span>
                    {isHeard && test?.says === "off" && (
                      <span className="flex items-baseline gap-1.5 text-warn">
                        <StateMark mark="need" />
                        {t("offButHeard", { node: view.node })}
                      </span>
                    )}
                  </span>
                </span>
              </Fragment>
            ))}
          </li>
        ))}
      </ol>
      {view.delayMs > 0 && <p className="mt-2 text-ink2">{t("waits", { seconds: view.delayMs / 1_000 })}</p>}
    </>
  )
}
