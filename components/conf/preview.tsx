"use client"
import { type ComponentProps, Fragment, type ReactNode, useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { Button, LinkButton } from "@/components/ui/button"
import { Banner, Card, Empty } from "@/components/ui/card"
import { Reports } from "@/components/ui/reports"
import type { ConfChange, ConfChoice, ConfPreview } from "@/lib/domain/cluster-conf"
import type { Report } from "@/lib/domain/report"
import { useTranslations } from "@/lib/i18n/use"
import { Conflict, NewOne, Others } from "./changes"
import { Coverage } from "./coverage"
import { Notes } from "./notes"

type Choices = Readonly<Record<string, ConfChoice>>
type Props = {
  readonly clusterId: string
  readonly preview: ConfPreview
  readonly error: unknown
  readonly isBusy: boolean
  readonly onImport: (choices: Choices) => void
}
/** What the file would bring, each conflict with a choice; nothing is chosen beforehand. */
export function Preview({ clusterId, preview, error, isBusy, onImport }: Props) {
  const t = useTranslations("conf")
  const [choices, setChoices] = useState<Choices>({})
  const { cluster, version, nodesMissing, coverage, notes, changes } = preview
  const choose = (id: string) => (choice: ConfChoice) => setChoices((before) => ({ ...before, [id]: choice }))
  const of = (what: ConfChange["what"]) => changes.filter((change) => change.what === what)
  const [conflicts, news] = [of("conflict"), of("new")]
  const refused = reportsOf(error)
  const refusedOf = ({ id }: ConfChange) => refused.filter(({ field }) => field === `choices.${id}`)
  const rows = { choices, refusedOf, choose }
  const left = [...conflicts, ...news].filter(({ id }) => choices[id] === "panel").length
  const undecided = conflicts.filter(({ id }) => choices[id] === undefined).length
  const blocked = [...conflicts, ...news].filter(({ id, what, reports }) => {
    const isTaken = what === "new" ? choices[id] !== "panel" : choices[id] === "file"
    return isTaken && reports.length > 0
  }).length
  const added = news.filter(({ id }) => choices[id] !== "panel").length
  const changed = conflicts.filter(({ id }) => choices[id] === "file").length
  const why = undecided > 0 ? t("undecided", { n: undecided }) : blocked > 0 ? t("blocked", { n: blocked }) : undefined
  return (
    <div className="grid gap-4">
      <p>
        <b>{t("of", { cluster: cluster.file, version: version === null ? t("noVersion") : String(version) })}</b>
        {cluster.file !== cluster.panel && <span className="text-ink2"> · {t("otherName", cluster)}</span>}
      </p>
      {nodesMissing.length > 0 && (
        <Banner mark="need">
          <span className="min-w-0 flex-1">{t("nodesMissing", { nodes: nodesMissing.join(", ") })}</span>
          <LinkButton href={`/c/${clusterId}/nodes/add`}>{t("addNode")}</LinkButton>
        </Banner>
      )}
      <Coverage rows={coverage} />
      <Notes id="conf-notes" title={t("notes")} none={t("noNotes")} notes={notes} />
      <section aria-labelledby="conf-changes" className="grid gap-3">
        <h3 id="conf-changes" className="text-[14px] font-semibold">
          {t("changes")}
        </h3>
        {conflicts.length + news.length === 0 && (
          <Card>
            <Empty>{t("nothing")}</Empty>
          </Card>
        )}
        <Group title={t("conflicts")} text={t("conflictsText")} changes={conflicts} rowOf={(row) => <Conflict {...row} />} {...rows} />
        <Group title={t("news")} text={t("newsText")} changes={news} rowOf={(row) => <NewOne {...row} />} {...rows} />
        <Others title={t("sames", { n: of("same").length })} changes={of("same")} />
        <Others title={t("onlyHere", { n: of("onlyInPanel").length })} changes={of("onlyInPanel")} />
      </section>
      <Reports reports={refused} />
      <span className="flex flex-wrap items-center justify-end gap-x-3 gap-y-2">
        {why !== undefined && <span className="text-ink2">{why}</span>}
        <Button look="primary" isBusy={isBusy} why={why} onPress={() => onImport(choices)}>
          {added + changed + left === 0 ? t("submitNothing") : t("submit", { added, changed, left })}
        </Button>
      </span>
    </div>
  )
}
type Row = ComponentProps<typeof Conflict> & ComponentProps<typeof NewOne>
type GroupProps = {
  readonly title: string
  readonly text: string
  readonly changes: readonly ConfChange[]
  readonly choices: Choices
  readonly refusedOf: (change: ConfChange) => readonly Report[]
  readonly choose: (id: string) => (choice: ConfChoice) => void
  readonly rowOf: (row: Row) => ReactNode
}
function Group({ title, text, changes, choices, refusedOf, choose, rowOf }: GroupProps) {
  if (changes.length === 0) return null
  return (
    <div>
      <h4 className="font-semibold">{title}</h4>
      <p className="mb-1.5 text-ink2">{text}</p>
      <Card>
        <ul className="divide-y">
          {changes.map((change) => (
            <Fragment key={change.id}>
              {rowOf({ change, choice: choices[change.id], refused: refusedOf(change), onChoose: choose(change.id) })}
            </Fragment>
          ))}
        </ul>
      </Card>
    </div>
  )
}
