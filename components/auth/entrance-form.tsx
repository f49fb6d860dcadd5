"use client"
import { useRouter } from "next/navigation"
import { type ReactNode, useState, useTransition } from "react"
import { reportsOf } from "@/components/node/refusals"
import { Brand } from "@/components/shell/brand"
import { Preferences } from "@/components/shell/preferences"
import { Button } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { Reports } from "@/components/ui/reports"
import type { Report } from "@/lib/domain/report"

type Answer = { readonly ok: true } | { readonly ok: false; readonly reports: readonly Report[] }
type EntranceProps = {
  readonly title: string
  readonly text?: string
  readonly submit: string
  /** A path of the panel. */
  readonly to?: string
  readonly act: (data: FormData) => Promise<Answer>
  readonly children: (errorOf: (field: string) => string | undefined) => ReactNode
}
/** Login and set-up: what was typed stays when the answer is no. */
export function EntranceForm({ title, text, submit, to = "/", act, children }: EntranceProps) {
  const router = useRouter()
  const [reports, setReports] = useState<readonly Report[]>([])
  const [isBusy, start] = useTransition()
  const errorOf = (field: string) => {
    const found = reports.find((r) => r.field === field)
    return found?.code === "invalid" ? found.params.detail : undefined
  }
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col justify-center gap-4 p-4">
      <div className="flex items-center justify-between">
        <Brand />
        <span>
          <Preferences />
        </span>
      </div>
      <Card className="p-5">
        <h1>{title}</h1>
        {text !== undefined && <p className="mt-1 text-ink2">{text}</p>}
        {/* Sent before the page is awake, what was typed goes into a body and never into an address. */}
        <form
          method="post"
          className="mt-4 grid gap-3.5"
          onSubmit={(event) => {
            event.preventDefault()
            const data = new FormData(event.currentTarget)
            start(async () => {
              const answer = await act(data).catch((error: unknown) => ({ ok: false as const, reports: reportsOf(error) }))
              if (!answer.ok) return setReports(answer.reports)
              router.replace(to)
            })
          }}
        >
          <Reports reports={reports.filter((r) => errorOf(r.field ?? "") === undefined)} />
          {children(errorOf)}
          <Button type="submit" look="primary" isBusy={isBusy}>
            {submit}
          </Button>
        </form>
      </Card>
    </main>
  )
}
