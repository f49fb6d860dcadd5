"use client"
import { Button } from "@/components/ui/button"
import { Code } from "@/components/ui/code"
import { TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import type { Report } from "@/lib/domain/report"
import { useTranslations } from "@/lib/i18n/use"
import { detailOf } from "./detail"

export type Way = { readonly user: string; readonly by: "password" | "key"; readonly password: string }
type GetInProps = {
  readonly way: Way
  readonly onWay: (way: Way) => void
  readonly publicKey: string
  readonly why: string | undefined
  readonly isBusy: boolean
  readonly isAgain: boolean
  readonly reports: readonly Report[]
  readonly onCheck: () => void
}
/** A password that is used once and kept nowhere, or the key that somebody has put there. */
export function GetIn({ way, onWay, publicKey, why, isBusy, isAgain, reports, onCheck }: GetInProps) {
  const t = useTranslations("nodes")
  const choice = (by: Way["by"], words: string, hint: string) => (
    <label className={`flex items-start gap-2 rounded-lg border p-2.5 ${way.by === by ? "border-accent" : ""}`}>
      <input type="radio" name="by" className="mt-0.5 accent-accent" checked={way.by === by} onChange={() => onWay({ ...way, by })} />
      <span>
        <b className="font-medium">{words}</b>
        <span className="block text-xs text-ink2">{hint}</span>
      </span>
    </label>
  )
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (why === undefined) onCheck()
      }}
    >
      <h2>{t("step2")}</h2>
      <TextField
        label={t("user")}
        value={way.user}
        required
        autoComplete="off"
        onChange={(event) => onWay({ ...way, user: event.target.value })}
        error={detailOf(reports, "user")}
      />
      <fieldset className="grid gap-2 sm:grid-cols-2">
        <legend className="sr-only">{t("step2")}</legend>
        {choice("password", t("byPassword"), t("byPasswordHint"))}
        {choice("key", t("byKey"), t("byKeyHint"))}
      </fieldset>
      {way.by === "password" ? (
        <TextField
          label={t("password")}
          type="password"
          autoComplete="off"
          value={way.password}
          onChange={(event) => onWay({ ...way, password: event.target.value })}
        />
      ) : (
        <Code text={publicKey} />
      )}
      <Reports reports={reports.filter((r) => r.code !== "invalid")} />
      <Button type="submit" look={isAgain ? "default" : "primary"} why={why} isBusy={isBusy}>
        {isAgain ? t("checkAgain") : t("check")}
      </Button>
    </form>
  )
}
