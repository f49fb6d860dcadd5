"use client"
import { useId } from "react"
import { Button } from "@/components/ui/button"
import { Code } from "@/components/ui/code"
import { TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { useTranslations } from "@/lib/i18n/use"
import { useRefusal } from "./refusals"
import type { Enrolment, Way } from "./use-enrolment"

type GetInProps = { readonly enrolment: Enrolment; readonly publicKey: string }
/** A password that is used once and kept nowhere, or the key that somebody has put there. */
export function GetIn({ enrolment, publicKey }: GetInProps) {
  const t = useTranslations("nodes")
  const id = useId()
  const { way, setWay, isSame, checks, preparing, check } = enrolment
  const { at, others } = useRefusal(preparing.error, ["user"]) // a refused login is about user and password: a banner
  const why = isSame ? undefined : t("whyFingerprint")
  const isAgain = checks !== undefined
  const choice = (by: Way["by"], words: string, hint: string) => (
    <label className={`flex items-start gap-2 rounded-lg border p-2.5 ${way.by === by ? "border-accent" : ""}`}>
      <input
        type="radio"
        name="by"
        aria-labelledby={`${id}-${by}`}
        aria-describedby={`${id}-${by}-hint`}
        className="mt-0.5 accent-accent"
        checked={way.by === by}
        onChange={() => setWay({ ...way, by })}
      />
      <span>
        <b id={`${id}-${by}`} className="font-medium">
          {words}
        </b>
        <span id={`${id}-${by}-hint`} className="block text-xs text-ink2">
          {hint}
        </span>
      </span>
    </label>
  )
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (why === undefined) check()
      }}
    >
      <h2>{t("step2")}</h2>
      <TextField
        label={t("user")}
        value={way.user}
        required
        autoComplete="off"
        onChange={(event) => setWay({ ...way, user: event.target.value })}
        error={at("user")}
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
          required
          maxLength={256}
          value={way.password}
          onChange={(event) => setWay({ ...way, password: event.target.value })}
        />
      ) : (
        <Code text={publicKey} />
      )}
      <Reports reports={others} />
      <Button type="submit" look={isAgain ? "default" : "primary"} why={why} isBusy={preparing.isPending}>
        {isAgain ? t("checkAgain") : t("check")}
      </Button>
    </form>
  )
}
