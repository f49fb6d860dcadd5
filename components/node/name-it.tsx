"use client"
import { Button } from "@/components/ui/button"
import { Checkbox, TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { useTranslations } from "@/lib/i18n/use"
import { useRefusal } from "./refusals"
import type { Enrolment } from "./use-enrolment"

function useWhyNot({ isSame, checks, name }: Enrolment): string | undefined {
  const t = useTranslations("nodes")
  if (!isSame) return t("whyFingerprint")
  if (checks === undefined) return t("whyNotChecked")
  if (checks.some(({ verdict }) => verdict === "bad")) return t("whyChecks")
  return name.trim() === "" ? t("whyName") : undefined
}
/** The last step: only now the node becomes one. Why it cannot yet is said beside the button. */
export function NameIt({ enrolment }: { readonly enrolment: Enrolment }) {
  const t = useTranslations("nodes")
  const { name, setName, isMember, setMember, adding, add } = enrolment
  const { at, others } = useRefusal(adding.error, ["name"])
  const why = useWhyNot(enrolment)
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (why === undefined) add()
      }}
    >
      <h2>{t("step3")}</h2>
      <TextField
        label={t("nodeName")}
        value={name}
        autoComplete="off"
        onChange={(event) => setName(event.target.value)}
        error={at("name")}
      />
      <Checkbox checked={isMember} onChange={(event) => setMember(event.target.checked)}>
        {t("isMember")}
      </Checkbox>
      <Reports reports={others} />
      <div className="flex flex-wrap items-center justify-end gap-3">
        {why !== undefined && <span className="text-ink2">{why}</span>}
        <Button type="submit" look="primary" why={why} isBusy={adding.isPending}>
          {name.trim() === "" ? t("add") : t("addNamed", { name: name.trim() })}
        </Button>
      </div>
    </form>
  )
}
