"use client"
import { useMutation } from "@tanstack/react-query"
import { useEffect, useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { Button } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { Code } from "@/components/ui/code"
import { Checkbox } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { client } from "@/lib/client/api"
import { SECRET_KEPT } from "@/lib/domain/cluster-conf"
import { useTranslations } from "@/lib/i18n/use"
import { Notes } from "./notes"

/** The file to download or to copy. */
export function ExportCard({ clusterId, isAdmin }: { readonly clusterId: string; readonly isAdmin: boolean }) {
  const t = useTranslations("conf")
  const [secrets, setSecrets] = useState(false)
  const making = useMutation({ mutationFn: () => client.conf.export({ clusterId, secrets }), gcTime: 0 })
  return (
    <section aria-labelledby="conf-export" className="grid gap-3">
      <div>
        <h2 id="conf-export">{t("exportTitle")}</h2>
        <p className="text-ink2">{t("exportText")}</p>
      </div>
      <Card className="grid gap-3 p-3.5">
        {isAdmin && (
          <Checkbox
            checked={secrets}
            hint={t("withSecretsHint")}
            onChange={(event) => {
              setSecrets(event.target.checked)
              making.reset()
            }}
          >
            {t("withSecrets")}
          </Checkbox>
        )}
        {!secrets && <p className="text-xs text-ink3">{t("withoutSecrets", { word: SECRET_KEPT })}</p>}
        <Reports reports={reportsOf(making.error)} />
        <span>
          <Button onPress={() => making.mutate()} isBusy={making.isPending}>
            {t("make")}
          </Button>
        </span>
        {making.data && (
          <div role="status" className="grid gap-3">
            <span className="flex flex-wrap items-center gap-3">
              <span>{t("madeOf", { version: String(making.data.version) })}</span>
              <Download text={making.data.text} />
            </span>
            <div className="max-h-96 overflow-y-auto">
              <Code text={making.data.text} />
            </div>
          </div>
        )}
      </Card>
      {making.data && <Notes id="conf-export-notes" title={t("exportNotes")} notes={making.data.notes} />}
    </section>
  )
}
/** The text stays in the page: no address on the network has it. */
function Download({ text }: { readonly text: string }) {
  const t = useTranslations("conf")
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([text], { type: "application/xml" }))
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [text])
  return (
    <a href={url} download="cluster.conf" className="rounded-md border bg-panel px-3 py-1 font-medium no-underline hover:bg-sunk">
      {t("download")}
    </a>
  )
}
