"use client"
import { Button } from "@/components/ui/button"
import { Code } from "@/components/ui/code"
import { Checkbox, TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import type { Report } from "@/lib/domain/report"
import { useTranslations } from "@/lib/i18n/use"
import { detailOf } from "./detail"

type Place = { readonly host: string; readonly port: string }
type Scan = { readonly fingerprint: string; readonly keyType: string; readonly banner: string }
type FingerprintProps = {
  readonly place: Place
  readonly onPlace: (place: Place) => void
  readonly scan: Scan | undefined
  readonly isBusy: boolean
  readonly reports: readonly Report[]
  readonly onAsk: () => void
  readonly isSame: boolean
  readonly onSame: (isSame: boolean) => void
}
const fileOf = (keyType: string): string =>
  `/etc/ssh/ssh_host_${keyType.includes("ed25519") ? "ed25519" : keyType.includes("ecdsa") ? "ecdsa" : "rsa"}_key.pub`

/** First contact: the host key is shown, and a person compares it, before anything of ours is sent. */
export function Fingerprint({ place, onPlace, scan, isBusy, reports, onAsk, isSame, onSame }: FingerprintProps) {
  const t = useTranslations("nodes")
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        onAsk()
      }}
    >
      <h2>{t("step1")}</h2>
      <div className="grid grid-cols-[minmax(0,1fr)_90px] gap-3">
        <TextField
          label={t("host")}
          value={place.host}
          required
          onChange={(event) => onPlace({ ...place, host: event.target.value })}
          error={detailOf(reports, "host")}
        />
        <TextField
          label={t("port")}
          value={place.port}
          inputMode="numeric"
          required
          onChange={(event) => onPlace({ ...place, port: event.target.value })}
          error={detailOf(reports, "port")}
        />
      </div>
      <Reports reports={reports.filter((r) => r.code !== "invalid")} />
      <Button type="submit" isBusy={isBusy} look={scan ? "default" : "primary"}>
        {t("ask")}
      </Button>
      {scan && (
        <>
          <p className="text-ink2">
            {t("answered", { banner: scan.banner })}. {t("compare")}
          </p>
          <Code text={`ssh-keygen -lf ${fileOf(scan.keyType)}\n256 ${scan.fingerprint}`} />
          <Checkbox checked={isSame} onChange={(event) => onSame(event.target.checked)}>
            {t("same")}
          </Checkbox>
        </>
      )}
    </form>
  )
}
