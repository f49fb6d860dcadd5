"use client"
import { Checkbox, SelectField } from "@/components/ui/field"
import { schedulerFlags, schedulers, type VirtualServer } from "@/lib/domain/balancer"
import { useCoded, useTranslations } from "@/lib/i18n/use"
import { chosen } from "./draft"
import { useProblemAt } from "./problem-words"
import { useEditing } from "./use-draft"

type Props = { readonly at: string; readonly server: VirtualServer }
/** Those that the directors' kernels have; before they were asked, all that are known. */
export function SchedulerField({ at, server }: Props) {
  const t = useTranslations("balancer")
  const coded = useCoded("balancer")
  const { edit, canEdit, context } = useEditing()
  const problem = useProblemAt()(`${at}.scheduler`)
  const there = schedulers.filter((one) => context.schedulers?.includes(one) ?? true)
  const all = there.some((one) => one === server.scheduler) ? there : [...there, server.scheduler]
  return (
    <SelectField
      label={t("field.scheduler")}
      value={server.scheduler}
      disabled={!canEdit}
      error={problem}
      hint={context.schedulers ? undefined : t("schedulersUnknown")}
      options={all.map((one) => ({ value: one, label: `${coded(`scheduler.${one}`)} (${one})` }))}
      onChange={({ target: { value } }) =>
        edit((was) => {
          const kept = server.schedulerFlags.filter((flag) => !/^(?:sh|mh)-/.test(flag) || flag.startsWith(`${value}-`))
          return chosen(chosen(was, `${at}.scheduler`, value), `${at}.schedulerFlags`, kept)
        })
      }
    />
  )
}
/** Flags that its scheduler knows, and those without a meaning of their own. */
export function SchedulerFlags({ at, server }: Props) {
  const t = useTranslations("balancer")
  const { edit, canEdit } = useEditing()
  const problem = useProblemAt()(`${at}.schedulerFlags`)
  const isOffered = (flag: string) =>
    server.schedulerFlags.some((one) => one === flag) || !/^(?:sh|mh)-/.test(flag) || flag.startsWith(`${server.scheduler}-`)
  return (
    <fieldset className="grid gap-x-4 sm:grid-cols-3">
      <legend className="text-ink2">{t("field.schedulerFlags")}</legend>
      {schedulerFlags.filter(isOffered).map((flag) => (
        <Checkbox
          key={flag}
          checked={server.schedulerFlags.includes(flag)}
          disabled={!canEdit}
          onChange={({ target: { checked } }) => {
            const flags = schedulerFlags.filter((one) => (one === flag ? checked : server.schedulerFlags.includes(one)))
            edit((was) => chosen(was, `${at}.schedulerFlags`, flags))
          }}
        >
          <span className="font-mono text-[12px]">{flag}</span>
        </Checkbox>
      ))}
      {problem !== undefined && <p className="text-xs text-bad sm:col-span-3">{problem}</p>}
    </fieldset>
  )
}
