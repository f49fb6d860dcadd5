"use client"
import { useId } from "react"
import { Mono } from "@/components/ui/card"
import { Checkbox } from "@/components/ui/field"
import { useReport } from "@/components/ui/reports"
import { StateMark } from "@/components/ui/state-mark"
import type { ConfChange, ConfChoice, ConfDifference } from "@/lib/domain/cluster-conf"
import type { Report } from "@/lib/domain/report"
import { useTranslations } from "@/lib/i18n/use"

type OneProps = {
  readonly change: ConfChange
  readonly choice: ConfChoice | undefined
  /** By the import itself; the preview's own stand in the change. */
  readonly refused: readonly Report[]
  readonly onChoose: (choice: ConfChoice) => void
}
function Name({ change: { kind, name, line } }: { readonly change: ConfChange }) {
  const t = useTranslations("conf")
  return (
    <>
      <b className="break-all">{name}</b>{" "}
      <span className="text-ink2">
        {t(`kinds.${kind}`)}
        {line !== null && ` · ${line === 0 ? t("noLine") : t("lineNumber", { line: String(line) })}`}
      </span>
    </>
  )
}
function Why({ reports }: { readonly reports: readonly Report[] }) {
  const t = useTranslations("conf")
  const words = useReport()
  if (reports.length === 0) return null
  return (
    <div className="mt-1.5 flex gap-2 text-warn">
      <StateMark mark="need" />
      <div className="min-w-0">
        {t("ifTaken")}
        <ul>
          {reports.map((one) => (
            <li key={`${one.code}${one.field ?? ""}${JSON.stringify(one.params)}`}>{words(one)}</li>
          ))}
        </ul>
      </div>
    </div>
  )
}
/** A choice between two, with nothing chosen before. */
export function Conflict({ change, choice, refused, onChoose }: OneProps) {
  const t = useTranslations("conf")
  const group = useId()
  const radio = (value: ConfChoice, words: string) => (
    <label className="flex min-h-8 items-center gap-2 max-sm:min-h-10">
      <input
        type="radio"
        name={group}
        checked={choice === value}
        onChange={() => onChoose(value)}
        className="size-4 flex-none accent-accent"
      />
      {words}
    </label>
  )
  return (
    <li className="px-3.5 py-3">
      <fieldset>
        <legend className="mb-1.5">
          <Name change={change} />
        </legend>
        <Differences differences={change.differences} />
        <Why reports={[...change.reports, ...refused]} />
        <div className="mt-1.5 flex flex-wrap gap-x-5">
          {radio("panel", t("takePanel"))}
          {radio("file", t("takeFile"))}
        </div>
      </fieldset>
    </li>
  )
}
function Differences({ differences }: { readonly differences: readonly ConfDifference[] }) {
  const t = useTranslations("conf")
  const cell = "py-0.5 pr-3 text-left align-top font-normal max-sm:block max-sm:py-0"
  const value = (words: string, text: string | null) => (
    <td className={cell}>
      <span className="text-ink3 sm:hidden">{words}: </span>
      {text === null ? t("nowhere") : <Mono>{text === "" ? '""' : text}</Mono>}
    </td>
  )
  return (
    <table className="w-full max-sm:block">
      <thead className="text-ink3 max-sm:sr-only">
        <tr>
          {[t("field"), t("panelHas"), t("fileHas")].map((words) => (
            <th key={words} scope="col" className="w-1/3 pr-3 text-left font-normal">
              {words}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {differences.map(({ field, panel, file }) => (
          <tr key={field} className="max-sm:block max-sm:pb-1.5">
            <th scope="row" className={cell}>
              <Mono>{field}</Mono>
            </th>
            {value(t("panelHas"), panel)}
            {value(t("fileHas"), file)}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
export const NewOne = ({ change, choice, refused, onChoose }: OneProps) => (
  <li className="px-3.5 py-1.5">
    <Checkbox checked={choice !== "panel"} onChange={(event) => onChoose(event.target.checked ? "file" : "panel")}>
      <Name change={change} />
    </Checkbox>
    <Why reports={[...change.reports, ...refused]} />
  </li>
)
/** What the import does not touch. */
export function Others({ title, changes }: { readonly title: string; readonly changes: readonly ConfChange[] }) {
  if (changes.length === 0) return null
  return (
    <details className="rounded-lg border bg-panel px-3.5 py-2">
      <summary>{title}</summary>
      <ul className="mt-1.5 grid gap-1">
        {changes.map((change) => (
          <li key={change.id}>
            <Name change={change} />
          </li>
        ))}
      </ul>
    </details>
  )
}
