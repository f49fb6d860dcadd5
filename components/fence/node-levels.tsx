"use client"
import { Card, PageHead } from "@/components/ui/card"
import { Tag } from "@/components/ui/state-mark"
import type { NodeFencingView } from "@/lib/domain/fencing"
import { useTranslations } from "@/lib/i18n/use"
import { LevelsText } from "./levels-text"
import { readinessMark } from "./words"

/** For who may look only. */
export function NodeLevels({ view, nowMs }: { readonly view: NodeFencingView; readonly nowMs: number }) {
  const t = useTranslations("fencing")
  const { node, readiness } = view
  return (
    <>
      <PageHead title={t("levelsTitle", { node })} sub={t("levelsText")} />
      <Card className="grid max-w-3xl gap-3 p-4">
        <span>
          <Tag mark={readinessMark[readiness]}>{t(`readiness.${readiness}`)}</Tag>
        </span>
        <LevelsText view={view} nowMs={nowMs} isHeard={false} />
        <p className="text-ink2">{t(`night.${readiness}`, { node })}</p>
        <p className="text-xs text-ink3">{t("readOnly")}</p>
      </Card>
    </>
  )
}
