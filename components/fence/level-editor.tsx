"use client"
import { useEffect, useRef, useState } from "react"
import { Button } from "@/components/ui/button"
import type { FenceDeviceView } from "@/lib/domain/fencing"
import { useTranslations } from "@/lib/i18n/use"
import { canMove, type Levels, movedLevel, movedUse, newLevel, newUse, placeOf, type UseDraft, withoutUse, withUse } from "./levels"
import type { Metadata } from "./metadata"
import { UseFields } from "./use-fields"

type Props = {
  readonly levels: Levels
  readonly devices: readonly FenceDeviceView[]
  readonly metadataOf: ReadonlyMap<string, Metadata>
  readonly onChange: (levels: Levels) => void
  readonly errorAt: (path: string) => string | undefined
}
/** What was moved keeps the keyboard, and where it is now is read out. */
function useMoves(levels: Levels, onChange: (levels: Levels) => void) {
  const t = useTranslations("fencing")
  const place = useRef<HTMLDivElement>(null)
  const [moved, setMoved] = useState({ id: "", words: "" })
  useEffect(() => {
    if (moved.id !== "") place.current?.querySelector<HTMLElement>(`[data-move="${moved.id}"] button`)?.focus()
  }, [moved])
  const moveUse = ({ key, device }: UseDraft, by: -1 | 1) => {
    const from = placeOf(levels, key)
    const next = from ? movedUse(levels, from, by) : levels
    const to = placeOf(next, key)
    onChange(next)
    setMoved({ id: `use-${key}-${by}`, words: to ? t("movedTo", { device, n: to.level + 1, place: to.use + 1 }) : "" })
  }
  const moveLevel = (i: number, by: -1 | 1) => {
    onChange(movedLevel(levels, i, by))
    setMoved({ id: `level-${levels[i]?.key}-${by}`, words: t("levelMoved", { n: i + by + 1 }) })
  }
  return { place, words: moved.words, moveUse, moveLevel }
}
type MoversProps = {
  readonly id: string
  readonly label: (by: -1 | 1) => string
  readonly can: (by: -1 | 1) => boolean
  readonly onMove: (by: -1 | 1) => void
  readonly what?: string
}
function Movers({ id, label, can, onMove, what = "" }: MoversProps) {
  const t = useTranslations("fencing")
  return ([-1, 1] as const).map((by) => (
    <span key={by} data-move={`${id}-${by}`} className="contents">
      <Button label={label(by)} why={can(by) ? undefined : t(by < 0 ? "firstAlready" : "lastAlready")} onPress={() => onMove(by)}>
        {what} {by < 0 ? "↑" : "↓"}
      </Button>
    </span>
  ))
}
/** Levels from top to bottom, and the devices of each: all by buttons, so by keyboard as well. */
export function LevelEditor({ levels, devices, metadataOf, onChange, errorAt }: Props) {
  const t = useTranslations("fencing")
  const { place, words, moveUse, moveLevel } = useMoves(levels, onChange)
  const first = devices[0]?.name ?? ""
  return (
    <div ref={place} className="grid gap-3">
      <p role="status" className="sr-only">
        {words}
      </p>
      {levels.map((level, i) => (
        <fieldset key={level.key} className="grid min-w-0 gap-3 rounded-lg border p-3">
          <legend className="px-1">
            <b className="font-semibold">{t("level", { n: i + 1 })}</b>{" "}
            <span className="text-ink2">{i === 0 ? t("levelFirst") : t("levelThen", { n: i })}</span>
          </legend>
          {level.uses.map((use, k) => (
            <div key={use.key} className="grid gap-2 border-l-2 pl-3">
              {k > 0 && <span className="text-ink2">{t("and")}</span>}
              <UseFields
                use={use}
                devices={devices}
                metadata={metadataOf.get(use.device)}
                onChange={(next) => onChange(withUse(levels, next))}
                errorAt={(path) => errorAt(`${i}.${k}.${path}`)}
              />
              <div className="flex flex-wrap gap-2">
                <Movers
                  id={`use-${use.key}`}
                  label={(by) => t(by < 0 ? "useUp" : "useDown", { device: use.device, n: i + 1 })}
                  can={(by) => canMove(levels, { level: i, use: k }, by)}
                  onMove={(by) => moveUse(use, by)}
                />
                <Button label={t("useRemove", { device: use.device, n: i + 1 })} onPress={() => onChange(withoutUse(levels, use.key))}>
                  ✕
                </Button>
              </div>
            </div>
          ))}
          <div className="flex flex-wrap gap-2 border-t pt-3">
            <Button
              label={t("addToLevel", { n: i + 1 })}
              onPress={() => onChange(levels.with(i, { ...level, uses: [...level.uses, newUse(first)] }))}
            >
              {t("addToLevel", { n: i + 1 })}
            </Button>
            {levels.length > 1 && (
              <Movers
                id={`level-${level.key}`}
                label={(by) => t(by < 0 ? "levelUp" : "levelDown", { n: i + 1 })}
                can={(by) => levels[i + by] !== undefined}
                onMove={(by) => moveLevel(i, by)}
                what={t("level", { n: i + 1 })}
              />
            )}
            <Button
              label={t("levelRemove", { n: i + 1 })}
              look="quiet"
              onPress={() => onChange(levels.filter(({ key }) => key !== level.key))}
            >
              {t("levelRemove", { n: i + 1 })}
            </Button>
          </div>
        </fieldset>
      ))}
      <span>
        <Button onPress={() => onChange([...levels, newLevel(first)])}>{t("addLevel")}</Button>
      </span>
    </div>
  )
}
