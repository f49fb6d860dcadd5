"use client"
import { useMutation } from "@tanstack/react-query"
import { useRouter } from "next/navigation"
import { useState } from "react"
import { Button } from "@/components/ui/button"
import { Card, PageHead } from "@/components/ui/card"
import { Checkbox, TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { client, refusalOf } from "@/lib/client/api"
import type { Report } from "@/lib/domain/report"
import { useTranslations } from "@/lib/i18n/use"
import { Checks } from "./checks"
import { detailOf } from "./detail"
import { Fingerprint } from "./fingerprint"
import { GetIn, type Way } from "./get-in"

const reportsOf = (error: unknown): readonly Report[] => (error ? (refusalOf(error)?.reports ?? []) : [])

type AddNodeProps = { readonly clusterId: string; readonly publicKey: string }
/** Address, fingerprint, way in, checks: nothing is written to the node before the last button, but the key if a password was given. */
export function AddNode({ clusterId, publicKey }: AddNodeProps) {
  const t = useTranslations("nodes")
  const router = useRouter()
  const [place, setPlace] = useState({ host: "", port: "22" })
  const [isSame, setSame] = useState(false)
  const [way, setWay] = useState<Way>({ user: "root", by: "password", password: "" })
  const [name, setName] = useState("")
  const [isMember, setMember] = useState(true)
  const at = { host: place.host.trim(), port: Number(place.port) }
  const scanning = useMutation({ mutationFn: () => client.node.scan(at), onSuccess: () => setSame(false) })
  const candidate = { clusterId, ...at, user: way.user, hostKey: scanning.data?.hostKey ?? "" }
  const preparing = useMutation({
    mutationFn: () =>
      client.node.prepare({ ...candidate, ...(way.by === "password" && way.password !== "" ? { password: way.password } : {}) }),
    onSuccess: ({ hostname }) => {
      setName((old) => (old === "" ? (hostname.split(".")[0] ?? "") : old))
      // Used once: from here on the key opens the door.
      setWay((old) => ({ ...old, by: "key", password: "" }))
    },
  })
  const adding = useMutation({
    mutationFn: () => client.node.add({ ...candidate, name, isMember }),
    onSuccess: () => router.push(`/c/${clusterId}/nodes/${name}`),
  })
  const addReports = reportsOf(adding.error)
  const isBlocked = preparing.data?.checks.some(({ verdict }) => verdict === "bad") ?? true
  return (
    <>
      <PageHead title={t("addTitle")} />
      <div className="grid items-start gap-3.5 lg:grid-cols-2">
        <Card className="grid gap-4 p-4">
          <Fingerprint
            place={place}
            onPlace={setPlace}
            scan={scanning.data}
            isBusy={scanning.isPending}
            reports={reportsOf(scanning.error)}
            onAsk={() => scanning.mutate()}
            isSame={isSame}
            onSame={setSame}
          />
          <hr />
          <GetIn
            way={way}
            onWay={setWay}
            publicKey={publicKey}
            why={isSame ? undefined : t("whyFingerprint")}
            isBusy={preparing.isPending}
            isAgain={preparing.data !== undefined}
            reports={reportsOf(preparing.error)}
            onCheck={() => preparing.mutate()}
          />
        </Card>
        {preparing.data && (
          <Card className="grid gap-3 p-4">
            <Checks checks={preparing.data.checks} />
            <h2>{t("step3")}</h2>
            <Reports reports={addReports.filter((r) => detailOf(addReports, r.field ?? "") === undefined)} />
            <TextField
              label={t("nodeName")}
              value={name}
              onChange={(event) => setName(event.target.value)}
              error={detailOf(addReports, "name")}
            />
            <Checkbox checked={isMember} onChange={(event) => setMember(event.target.checked)}>
              {t("isMember")}
            </Checkbox>
            <Button look="primary" why={isBlocked ? t("whyChecks") : undefined} isBusy={adding.isPending} onPress={() => adding.mutate()}>
              {t("addNamed", { name })}
            </Button>
          </Card>
        )}
      </div>
    </>
  )
}
