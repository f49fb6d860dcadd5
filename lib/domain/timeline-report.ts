import type { NodeSegment, ServiceSegment, Span, Timeline } from "./timeline"
import type { EventView } from "./views"

/** The caller's language: this file has the shape of the report, and none of its words. */
export type ReportWords = {
  readonly title: string
  /** Lines under the title: which window, whose clock, made when, what is left out. */
  readonly preface: readonly string[]
  readonly headings: {
    readonly facts: string
    readonly services: string
    readonly addresses: string
    readonly nodes: string
  }
  readonly columns: { readonly time: string; readonly what: string; readonly why: string; readonly job: string }
  readonly nothing: string
  readonly time: (atMs: number) => string
  readonly event: (event: EventView) => string
  readonly why: (event: EventView) => string
  readonly service: (segment: ServiceSegment) => string
  readonly node: (segment: NodeSegment) => string
}

/** Words of nodes and people end up in here: nothing of them is Markdown or HTML, and none leaves its cell. */
const plain = (text: string): string => text.replaceAll(/\s+/g, " ").replaceAll(/[\\`*_[\]<>#|~&]/g, "\\$&")

type Lane<S extends Span> = { readonly name: string; readonly segments: readonly S[] }
const laneLines = <S extends Span>(lanes: readonly Lane<S>[], words: ReportWords, stateOf: (segment: S) => string) =>
  lanes.flatMap(({ name, segments }) => [
    ...[`### ${plain(name)}`, ""],
    ...segments.map((s) => `- ${plain(words.time(s.fromMs))} – ${plain(words.time(s.untilMs))}: ${plain(stateOf(s))}`),
    "",
  ])

/** The incident report: what happened in time order, then each lane as text. */
export function toMarkdown({ services, addresses, nodes, events }: Timeline, words: ReportWords): string {
  const { headings, columns } = words
  const row = (cells: readonly string[]) => `| ${cells.map(plain).join(" | ")} |`
  const facts =
    events.length === 0
      ? [plain(words.nothing)]
      : [
          row([columns.time, columns.what, columns.why, columns.job]),
          "|---|---|---|---|",
          ...events.map((event) => row([words.time(event.atMs), words.event(event), words.why(event), event.jobId ?? ""])),
        ]
  const room = (heading: string, lines: readonly string[]) => (lines.length === 0 ? [] : [`## ${plain(heading)}`, "", ...lines])
  return [
    ...[`# ${plain(words.title)}`, ""],
    ...words.preface.flatMap((line) => [plain(line), ""]),
    ...[`## ${plain(headings.facts)}`, "", ...facts, ""],
    ...room(headings.services, laneLines(services, words, words.service)),
    ...room(headings.addresses, laneLines(addresses, words, words.service)),
    ...room(headings.nodes, laneLines(nodes, words, words.node)),
  ].join("\n")
}
