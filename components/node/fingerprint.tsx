"use client"
import { Button } from "@/components/ui/button"
import { Mono } from "@/components/ui/card"
import { Code } from "@/components/ui/code"
import { Checkbox, TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { useTranslations } from "@/lib/i18n/use"
import { useRefusal } from "./refusals"
import type { Enrolment } from "./use-enrolment"

const fileOf = (keyType: string): string =>
  `/etc/ssh/ssh_host_${keyType.includes("ed25519") ? "ed25519" : keyType.includes("ecdsa") ? "ecdsa" : "rsa"}_key.pub`

function Shown({ enrolment: { scan, isSame, setSame } }: { readonly enrolment: Enrolment }) {
  const t = useTranslations("nodes")
  if (!scan) return null
  return (
    <div className="grid gap-2">
      <p className="break-words text-ink2">{t("answered", { banner: scan.banner })}</p>
      <p>
        <span className="text-ink2">{t("showsKey")}</span>
        <b className="block font-medium">
          <Mono>
            {scan.fingerprint} {scan.keyType}
          </Mono>
        </b>
      </p>
      <p className="text-ink2">{t("compare")}</p>
      <Code text={`ssh-keygen -lf ${fileOf(scan.keyType)}`} />
      <Checkbox checked={isSame} onChange={(event) => setSame(event.target.checked)}>
        {t("same")}
      </Checkbox>
    </div>
  )
}
/** First contact: the host key is shown, and a person compares it, before anything of ours is sent. */
export function Fingerprint({ enrolment }: { readonly enrolment: Enrolment }) {
  const t = useTranslations("nodes")
  const { place, setPlace, scan, scanning, ask } = enrolment
  const { at, others } = useRefusal(scanning.error, ["host", "port"])
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        ask()
      }}
    >
      <h2>{t("step1")}</h2>
      <div className="grid grid-cols-[minmax(0,1fr)_90px] gap-3">
        <TextField
          label={t("host")}
          value={place.host}
          required
          autoComplete="off"
          onChange={(event) => setPlace({ ...place, host: event.target.value })}
          error={at("host")}
        />
        <TextField
          label={t("port")}
          value={place.port}
          inputMode="numeric"
          required
          onChange={(event) => setPlace({ ...place, port: event.target.value })}
          error={at("port")}
        />
      </div>
      <Reports reports={others} />
      <Button type="submit" isBusy={scanning.isPending} look={scan ? "default" : "primary"}>
        {t("ask")}
      </Button>
      <div role="status">
        <Shown enrolment={enrolment} />
      </div>
    </form>
  )
}
