"use client"
import { useMutation } from "@tanstack/react-query"
import { useRouter } from "next/navigation"
import { useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { Button } from "@/components/ui/button"
import { Card, PageHead } from "@/components/ui/card"
import { TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { client } from "@/lib/client/api"
import { useTranslations } from "@/lib/i18n/use"

export function NewCluster() {
  const t = useTranslations("settings")
  const router = useRouter()
  const [name, setName] = useState("")
  const creating = useMutation({
    mutationFn: () => client.cluster.create({ name }),
    onSuccess: ({ id }) => router.push(`/c/${id}/nodes/add`),
  })
  const reports = creating.error ? reportsOf(creating.error) : []
  const atName = reports.find((r) => r.field === "name" && r.code === "invalid")
  return (
    <>
      <PageHead title={t("newCluster")} sub={t("newClusterText")} />
      <Card className="max-w-md p-4">
        <form
          className="grid gap-3.5"
          onSubmit={(event) => {
            event.preventDefault()
            creating.mutate()
          }}
        >
          <Reports reports={reports.filter((r) => r !== atName)} />
          <TextField
            label={t("clusterName")}
            value={name}
            onChange={(event) => setName(event.target.value)}
            required
            error={atName?.params.detail}
          />
          <Button type="submit" look="primary" isBusy={creating.isPending}>
            {t("create")}
          </Button>
        </form>
      </Card>
    </>
  )
}
