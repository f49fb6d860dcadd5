"use client"
import { useState } from "react"
import { Button } from "@/components/ui/button"
import { TextField } from "@/components/ui/field"
import { type Span, WINDOW_MAX_MS } from "@/lib/domain/timeline"
import { useTranslations } from "@/lib/i18n/use"
import { DAY, fieldTime, ofField, type spans } from "./scale"

type WindowFormProps = {
  readonly window: Span
  /** Which span ends now and follows what happens; null is a window that stands still. */
  readonly following: keyof typeof spans | null
  readonly onFollow: (span: keyof typeof spans) => void
  readonly onWindow: (window: Span) => void
}
/** An hour, a day or a week until now, or any from-until. */
export function WindowForm({ window, following, onFollow, onWindow }: WindowFormProps) {
  const t = useTranslations("timeline")
  const length = window.untilMs - window.fromMs
  const shift = (byMs: number) => {
    const fromMs = Math.max(0, window.fromMs + byMs)
    onWindow({ fromMs, untilMs: fromMs + length })
  }
  return (
    <div className="mb-3 flex flex-wrap items-end justify-between gap-3">
      <fieldset className="flex flex-wrap gap-2">
        <legend className="sr-only">{t("span")}</legend>
        <Button onPress={() => shift(-length)}>{t("earlier")}</Button>
        {(["hour", "day", "week"] as const).map((span) => (
          <Button key={span} look={following === span ? "primary" : "default"} onPress={() => onFollow(span)}>
            {t(span)}
            {following === span && (
              <>
                <span aria-hidden="true">✓</span>
                <span className="sr-only">{t("isShown")}</span>
              </>
            )}
          </Button>
        ))}
        <Button onPress={() => shift(length)}>{t("later")}</Button>
      </fieldset>
      <Fields key={`${window.fromMs} ${window.untilMs}`} window={window} onWindow={onWindow} />
    </div>
  )
}
function Fields({ window, onWindow }: Pick<WindowFormProps, "window" | "onWindow">) {
  const t = useTranslations("timeline")
  const [from, setFrom] = useState(fieldTime(window.fromMs))
  const [until, setUntil] = useState(fieldTime(window.untilMs))
  const [error, setError] = useState<string>()
  const show = () => {
    const fromMs = ofField(from)
    const untilMs = ofField(until)
    if (fromMs === undefined || untilMs === undefined) return setError(t("timeMissing"))
    if (untilMs <= fromMs) return setError(t("untilBeforeFrom"))
    if (untilMs - fromMs > WINDOW_MAX_MS) return setError(t("tooLong", { n: WINDOW_MAX_MS / DAY }))
    setError(undefined)
    onWindow({ fromMs, untilMs })
  }
  return (
    <form
      className="flex flex-wrap items-end gap-2"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        show()
      }}
    >
      <TextField label={t("from")} type="datetime-local" step={1} value={from} onChange={({ target }) => setFrom(target.value)} />
      <TextField
        label={t("until")}
        type="datetime-local"
        step={1}
        value={until}
        error={error}
        onChange={({ target }) => setUntil(target.value)}
      />
      <Button type="submit">{t("show")}</Button>
    </form>
  )
}
