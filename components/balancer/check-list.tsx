"use client"
import { Button } from "@/components/ui/button"
import { SelectField } from "@/components/ui/field"
import type { Check } from "@/lib/domain/balancer-health"
import { useTranslations } from "@/lib/i18n/use"
import { CheckForm } from "./check-form"
import { checkKinds, newCheck } from "./check-kinds"
import { added, chosen, removed } from "./draft"
import { TryCheck } from "./try-check"
import { useEditing } from "./use-draft"

type Props = {
  readonly at: string
  readonly checks: readonly Check[]
  readonly where: { readonly server: number; readonly real: number }
  /** For the names of its buttons. */
  readonly server: string
}
/** All of them must pass. */
export function CheckList({ at, checks, where, server }: Props) {
  const t = useTranslations("balancer")
  const { edit, canEdit } = useEditing()
  return (
    <section aria-label={t("checksOf", { server })} className="grid gap-2">
      <h4 className="font-semibold">{t("checks")}</h4>
      {checks.length === 0 && <p className="text-warn">{t("noChecksText")}</p>}
      {checks.map((check, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: checks have no names, and their fields hold no state
        <fieldset key={i} className="grid gap-3 rounded-md border p-3">
          <legend className="px-1 font-medium">{t("checkNumber", { n: i + 1, kind: t(`check.${check.kind}`) })}</legend>
          <div className="flex flex-wrap items-end justify-between gap-2">
            <span className="min-w-44">
              <SelectField
                label={t("field.checkKind")}
                value={check.kind}
                disabled={!canEdit}
                hint={t(`checkHint.${check.kind}`)}
                options={checkKinds.map((kind) => ({ value: kind, label: t(`check.${kind}`) }))}
                onChange={({ target: { value } }) => {
                  const kind = checkKinds.find((one) => one === value)
                  if (kind) edit((was) => chosen(was, `${at}.${i}`, newCheck(kind, check)))
                }}
              />
            </span>
            {canEdit && (
              <Button look="quiet" label={t("removeCheck", { n: i + 1, server })} onPress={() => edit((was) => removed(was, at, i))}>
                {t("remove")}
              </Button>
            )}
          </div>
          <CheckForm at={`${at}.${i}`} check={check} />
          <TryCheck where={{ ...where, check: i }} label={t("tryOf", { n: i + 1, server })} />
        </fieldset>
      ))}
      {canEdit && (
        <span>
          <Button onPress={() => edit((was) => added(was, at, newCheck("tcp")))}>{t("addCheck")}</Button>
        </span>
      )}
    </section>
  )
}
