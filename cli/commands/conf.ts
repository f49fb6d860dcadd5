import type { ConfChange, ConfChoice, ConfPreview } from "../../lib/domain/cluster-conf"
import { Ended, exits } from "../exit"
import { plain, table } from "../table"
import { say, sayReport } from "../words"
import { confirm } from "./act"
import { type Common, type Deps, here, print } from "./context"
import { readable, textOf } from "./offline"

export type Importing = Common & {
  readonly plan?: boolean
  readonly all?: boolean
  readonly yes?: boolean
  readonly take: readonly string[]
}
export type Exporting = Common & { readonly secrets?: boolean }

const isChoice = (word: string): word is ConfChoice => word === "file" || word === "panel"
/** `file`, `panel`, or `ID=file` for one of them. @throws Ended */
function decisions(take: readonly string[], changes: readonly ConfChange[]): Readonly<Record<string, ConfChoice>> {
  const conflicts = changes.filter(({ what }) => what === "conflict")
  const choices = new Map<string, ConfChoice>()
  const single: (readonly [string, ConfChoice])[] = []
  for (const said of take) {
    const at = said.lastIndexOf("=")
    const [id, word] = [said.slice(0, Math.max(0, at)), said.slice(at + 1)]
    if (!isChoice(word)) throw new Ended(exits.usage, `--take ${said}: file, panel, or ID=file, ID=panel, please`)
    if (id === "") for (const conflict of conflicts) choices.set(conflict.id, word)
    else if (changes.some((change) => change.id === id)) single.push([id, word])
    else throw new Ended(exits.usage, `--take ${said}: there is no ${id} (--plan shows the ids)`)
  }
  return Object.fromEntries([...choices, ...single])
}

const counted = ({ coverage }: ConfPreview): string =>
  (["understood", "verbatim", "notUnderstood"] as const)
    .map((reading) => `${coverage.filter((row) => row.reading === reading).length} ${say(`conf.readings.${reading}`)}`)
    .join(", ")
function changeText({ id, kind, name, what, line, differences, reports }: ConfChange): string {
  const at = line === null || line === 0 ? "" : ` (line ${line})`
  return [
    `${what === "conflict" ? "differs" : what}: ${say(`conf.kinds.${kind}`)} ${name}${at}${what === "conflict" || what === "new" ? `  [${id}]` : ""}`,
    ...differences.map(({ field, panel, file }) => `    ${field}: ${panel ?? "-"} in the panel, ${file ?? "-"} in the file`),
    ...reports.map((one) => `    cannot be taken: ${sayReport(one)}`),
  ]
    .map((text) => `  ${plain(text)}\n`)
    .join("")
}
/** The table with its line numbers, what could not be taken over, and what the import would do. */
function previewText(preview: ConfPreview, all: boolean): string {
  const { cluster, version, nodesMissing, coverage, notes, changes } = preview
  const rows = coverage.filter(({ reading }) => all || reading !== "understood")
  const of = (what: ConfChange["what"]) => changes.filter((change) => change.what === what)
  const kept = of("onlyInPanel").map(({ name }) => name)
  return [
    `${cluster.file}, config_version ${version ?? "-"}: ${counted(preview)}\n`,
    ...(rows.length === 0
      ? []
      : [
          table(
            ["LINE", "READING", "WHAT"],
            rows.map(({ line, path, reading }) => [String(line), say(`conf.readings.${reading}`), path]),
          ),
        ]),
    ...(notes.length === 0 ? [] : ["\nnot taken over:\n", ...notes.map(({ line, text }) => `  line ${line}: ${plain(text)}\n`)]),
    ...(nodesMissing.length === 0 ? [] : [`\nno members here: ${nodesMissing.join(", ")}; add them first\n`]),
    "\n",
    ...[...of("conflict"), ...of("new")].map(changeText),
    `  the same: ${of("same").length}; only in the panel, and they stay: ${kept.length === 0 ? "none" : kept.join(", ")}\n`,
  ].join("")
}

/** Shows what it would do, asks, and does it. @throws Ended with 3 where a conflict is undecided: nothing was done */
export async function importConf(deps: Deps, file: string, options: Importing): Promise<void> {
  const { io } = deps
  const text = readable(file, await textOf(io, file))
  const { panel, clusterId } = await here(deps, options)
  const preview = await panel.conf.preview({ clusterId, text })
  if (options.plan) return print(io, options, preview, previewText(preview, options.all ?? false))
  const choices = decisions(options.take, preview.changes)
  const undecided = preview.changes.filter(({ id, what }) => what === "conflict" && !Object.hasOwn(choices, id))
  if (undecided.length > 0)
    throw new Ended(
      exits.refused,
      `nothing was done: decide by --take file, --take panel, or --take ID=file\n${undecided.map(changeText).join("")}`.trimEnd(),
      { code: "conflictUndecided", conflicts: undecided },
    )
  const isSomething = preview.changes.some(({ id, what }) => (what === "new" ? choices[id] !== "panel" : choices[id] === "file"))
  if (isSomething)
    await confirm(io, { shown: previewText(preview, options.all ?? false), question: `Take this from ${file} over` }, options)
  const done = await panel.conf.import({ clusterId, text, choices })
  const waiting = done.waiting.length === 0 ? "" : `disabled until they are enabled: ${done.waiting.join(", ")}\n`
  const taken = done.taken.length === 0 ? "nothing had to change\n" : done.taken.map((id) => `taken from the file: ${id}\n`).join("")
  const kept = done.kept.map((id) => `left as the panel has it: ${id}\n`).join("")
  print(io, options, done, `${previewText(preview, options.all ?? false)}\n${taken}${kept}${waiting}`)
}
/** The file on standard output, what cluster.conf has no word for on standard error. */
export async function exportConf(deps: Deps, options: Exporting): Promise<void> {
  const { io } = deps
  const { panel, clusterId } = await here(deps, options)
  const done = await panel.conf.export({ clusterId, secrets: options.secrets ?? false })
  if (!options.json) for (const { text } of done.notes) io.err(`moyai: ${plain(text)}\n`)
  print(io, options, done, done.text)
}
