"use client"
import { useId } from "react"
import { useRefusal } from "@/components/node/refusals"
import { Button } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { TextArea } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { useTranslations } from "@/lib/i18n/use"

type Props = {
  readonly text: string
  readonly error: unknown
  readonly isBusy: boolean
  readonly onChange: (text: string) => void
  readonly onLook: () => void
}
export function FileForm({ text, error, isBusy, onChange, onLook }: Props) {
  const t = useTranslations("conf")
  const id = useId()
  const { at, others } = useRefusal(error, ["text"])
  const choose = async (file: File | undefined) => {
    if (file) onChange(await file.text())
  }
  return (
    <Card className="grid gap-3 p-3.5">
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (text !== "") onLook()
        }}
      >
        <div className="min-w-0">
          <label htmlFor={id} className="mb-1 block text-ink2">
            {t("file")}
          </label>
          <input
            id={id}
            type="file"
            accept=".conf,.xml,text/xml,application/xml,text/plain"
            onChange={(event) => choose(event.target.files?.[0])}
            className="max-w-full text-ink2 file:mr-3 file:min-h-8 file:rounded-md file:border file:border-line file:bg-panel file:px-3 file:text-ink"
          />
        </div>
        <TextArea
          label={t("paste")}
          hint={t("pasteHint")}
          rows={8}
          value={text}
          error={at("text")}
          onChange={(event) => onChange(event.target.value)}
        />
        <Reports reports={others} />
        <span className="flex justify-end">
          <Button type="submit" look="primary" isBusy={isBusy} why={text === "" ? t("empty") : undefined}>
            {t("look")}
          </Button>
        </span>
      </form>
    </Card>
  )
}
