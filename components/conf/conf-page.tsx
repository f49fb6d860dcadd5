"use client"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Banner, PageHead } from "@/components/ui/card"
import { client } from "@/lib/client/api"
import type { ConfChoice } from "@/lib/domain/cluster-conf"
import { useTranslations } from "@/lib/i18n/use"
import { ExportCard } from "./export-card"
import { FileForm } from "./file-form"
import { Preview } from "./preview"
import { Summary } from "./summary"

type Props = { readonly clusterId: string; readonly isAdmin: boolean }
/** cluster.conf in, shown first and decided one by one, and out again. */
export function ConfPage({ clusterId, isAdmin }: Props) {
  const t = useTranslations("conf")
  return (
    <>
      <PageHead title={t("title")} sub={t("text")} />
      <div className="grid gap-5">
        {isAdmin ? (
          <Import clusterId={clusterId} />
        ) : (
          <Banner mark="off">
            <span className="min-w-0 flex-1">{t("adminOnly")}</span>
          </Banner>
        )}
        <ExportCard clusterId={clusterId} isAdmin={isAdmin} />
      </div>
    </>
  )
}

type Choices = Readonly<Record<string, ConfChoice>>
function Import({ clusterId }: { readonly clusterId: string }) {
  const t = useTranslations("conf")
  const queries = useQueryClient()
  const [text, setText] = useState("")
  const previewing = useMutation({ mutationFn: () => client.conf.preview({ clusterId, text }) })
  const importing = useMutation({
    mutationFn: (choices: Choices) => client.conf.import({ clusterId, text, choices }),
    // A refusal comes from things that have changed since: they are shown anew.
    onSettled: () => queries.invalidateQueries(),
  })
  const change = (next: string) => {
    setText(next)
    previewing.reset()
    importing.reset()
  }
  const done = importing.data
  return (
    <section aria-labelledby="conf-import" className="grid gap-3">
      <div>
        <h2 id="conf-import">{t("importTitle")}</h2>
        <p className="text-ink2">{t("importText")}</p>
      </div>
      {done ? (
        <Summary clusterId={clusterId} done={done} onAnother={() => change("")} />
      ) : (
        <>
          <FileForm
            text={text}
            error={previewing.error}
            isBusy={previewing.isPending}
            onChange={change}
            onLook={() => {
              importing.reset()
              previewing.mutate()
            }}
          />
          {previewing.data && (
            <Preview
              key={previewing.submittedAt}
              clusterId={clusterId}
              preview={previewing.data}
              error={importing.error}
              isBusy={importing.isPending}
              onImport={(choices) => importing.mutate(choices)}
            />
          )}
        </>
      )}
    </section>
  )
}
