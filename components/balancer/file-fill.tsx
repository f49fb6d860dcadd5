"use client"
import { useMutation } from "@tanstack/react-query"
import { useId, useState } from "react"
import { useRefusal } from "@/components/node/refusals"
import { Button } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { TextArea } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { client } from "@/lib/client/api"
import type { FileReading } from "@/lib/domain/balancer-view"
import { useTranslations } from "@/lib/i18n/use"
import { Reading } from "./file-reading"

type Props = { readonly clusterId: string; readonly isOpen: boolean; readonly onFill: (reading: FileReading) => void }
/** A file of the old world fills the form; its format is recognised by itself. */
export function FileFill({ clusterId, isOpen, onFill }: Props) {
  const t = useTranslations("balancer.reading")
  const id = useId()
  const [text, setText] = useState("")
  const reading = useMutation({ mutationFn: () => client.balancer.read({ clusterId, text }) })
  const { at, others } = useRefusal(reading.error, ["text"])
  const change = (next: string) => {
    setText(next)
    reading.reset()
  }
  return (
    <Card className="p-3.5">
      <details open={isOpen}>
        <summary className="font-medium">{t("fromFile")}</summary>
        <div className="mt-3 grid gap-3">
          <div className="min-w-0">
            <label htmlFor={id} className="mb-1 block text-ink2">
              {t("file")}
            </label>
            <input
              id={id}
              type="file"
              onChange={async ({ target: { files } }) => {
                const [file] = files ?? []
                if (file) change(await file.text())
              }}
              className="max-w-full text-ink2 file:mr-3 file:min-h-8 file:rounded-md file:border file:border-line file:bg-panel file:px-3 file:text-ink"
            />
          </div>
          <TextArea label={t("paste")} rows={6} value={text} error={at("text")} onChange={(event) => change(event.target.value)} />
          <Reports reports={others} />
          <span>
            <Button isBusy={reading.isPending} why={text.trim() === "" ? t("emptyText") : undefined} onPress={() => reading.mutate()}>
              {t("look")}
            </Button>
          </span>
          {reading.data && <Reading reading={reading.data} title={t("result")} />}
          {reading.data && (
            <span>
              <Button look="primary" onPress={() => reading.data && onFill(reading.data)}>
                {t("fill")}
              </Button>
            </span>
          )}
        </div>
      </details>
    </Card>
  )
}
