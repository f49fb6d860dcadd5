"use client"
import { Mono } from "@/components/ui/card"
import { StateMark } from "@/components/ui/state-mark"
import type { RealServerView, VirtualServerView } from "@/lib/domain/balancer-view"
import { useTranslations } from "@/lib/i18n/use"
import { type Flow, type FlowRow, flowOf, ROW } from "./flow"
import { markOf } from "./marks"

const stroke: Readonly<Record<RealServerView["state"], string>> = {
  ...{ serving: "var(--ok)", draining: "var(--accent)", drained: "var(--line)", out: "var(--bad)" },
  ...{ extra: "var(--warn)", unknown: "var(--line)" },
}
function useRow() {
  const t = useTranslations("balancer")
  const isUnknown = ({ state }: RealServerView) => state === "unknown"
  // One that is in the table has a rate, if rates were read at all.
  const rate = (real: RealServerView) =>
    t("perSecond", { n: isUnknown(real) || (real.live && !real.rate) ? "?" : Math.round(real.rate?.connections ?? 0) })
  const connections = ({ live }: RealServerView) => (live?.active ?? 0) + (live?.inactive ?? 0)
  return {
    rate,
    name: ({ node, name, key }: RealServerView) => node ?? name ?? key,
    state: (real: RealServerView) =>
      real.isSorryServer
        ? t("sorry")
        : real.state === "draining"
          ? t("drainingLeft", { n: connections(real) })
          : t(`realState.${real.state}`),
    detail: (real: RealServerView) =>
      t("flowDetail", {
        weight: real.live?.weight ?? real.wanted?.weight ?? 0,
        active: isUnknown(real) ? "?" : (real.live?.active ?? 0),
        rate: rate(real),
      }),
  }
}
/** Left to right, the way a packet goes; the width of a line is its rate. The same stands in a table, for who does not see it. */
export function FlowPicture({ server }: { readonly server: VirtualServerView }) {
  const t = useTranslations("balancer")
  const flow = flowOf(server)
  return (
    <div className="relative rounded-lg border bg-panel max-sm:border-0">
      <div className="max-sm:hidden">
        <Picture server={server} flow={flow} />
      </div>
      <div className="sr-only">
        <FlowTable server={server} label={t("flow")} />
      </div>
    </div>
  )
}
function Picture({ server, flow }: { readonly server: VirtualServerView; readonly flow: Flow }) {
  const t = useTranslations("balancer")
  const mid = flow.height / 2
  return (
    <svg aria-hidden="true" viewBox={`0 0 1020 ${flow.height}`} className="block w-full" style={{ maxHeight: flow.height * 1.2 }}>
      <g fill="none">
        <path d={`M150 ${mid}H310`} stroke="var(--accent)" strokeWidth={flow.width} />
        {flow.rows.map((row) => (
          <Line key={row.real.key + row.real.isSorryServer} row={row} from={mid} />
        ))}
      </g>
      <g fill="var(--panel)" stroke="var(--line)">
        <rect x="30" y={mid - 24} width="120" height="48" rx="8" />
        <rect x="310" y={mid - 32} width="200" height="64" rx="8" stroke="var(--accent)" />
      </g>
      <g fill="var(--ink)">
        <text x="90" y={mid + 4} textAnchor="middle">
          {t("clients")}
        </text>
        <text x="326" y={mid - 5} fontWeight="600">
          {server.key.replace(/^\w+ /, "")}
        </text>
        <text x="326" y={mid + 15} fill="var(--ink2)">
          {`${server.key.split(" ")[0]} · ${server.scheduler} · ${server.method}`}
        </text>
      </g>
      {flow.rows.map((row) => (
        <RealBox key={row.real.key + row.real.isSorryServer} row={row} />
      ))}
      {flow.rest > 0 && (
        <text x="690" y={flow.rows.length * ROW + 46} fill="var(--ink2)">
          {t("flowRest", { n: flow.rest })}
        </text>
      )}
    </svg>
  )
}
function Line({ row: { real, y, width }, from }: { readonly row: FlowRow; readonly from: number }) {
  const to = y + 22
  const dash = real.state === "draining" ? { strokeDasharray: "5 5" } : real.state === "serving" ? {} : { strokeDasharray: "2 6" }
  return (
    <path
      d={`M510 ${from}C600 ${from} 570 ${to} 660 ${to}`}
      stroke={real.isSorryServer ? (real.live && real.live.weight > 0 ? "var(--warn)" : "var(--line)") : stroke[real.state]}
      strokeWidth={width}
      {...dash}
    />
  )
}
const dots: Readonly<Record<string, React.JSX.Element>> = {
  ok: <circle r="5" fill="var(--ok)" />,
  move: <circle r="4.5" fill="none" stroke="var(--accent)" strokeWidth="2" strokeDasharray="20 8" />,
  off: <circle r="4.5" fill="none" stroke="var(--ink3)" strokeWidth="1.5" />,
  need: <path d="M-5.5 4.5L0 -5L5.5 4.5Z" fill="var(--warn)" />,
  bad: <rect x="-4.5" y="-4.5" width="9" height="9" fill="var(--bad)" />,
  unknown: <rect x="-4.5" y="-4.5" width="9" height="9" fill="none" stroke="var(--ink3)" strokeDasharray="2 2" />,
}
function RealBox({ row: { real, y } }: { readonly row: FlowRow }) {
  const { name, state, detail } = useRow()
  return (
    <g>
      <rect x="660" y={y} width="330" height="44" rx="8" fill="var(--panel)" stroke="var(--line)" />
      <g transform={`translate(679 ${y + 16})`}>{dots[markOf(real)]}</g>
      <text x="695" y={y + 20} fill="var(--ink)" fontWeight="600">
        {name(real)}
        <tspan fill="var(--ink2)" fontWeight="400" dx="8">
          {state(real)}
        </tspan>
      </text>
      <text x="695" y={y + 36} fill="var(--ink2)" fontSize="11.5">
        {detail(real)}
      </text>
    </g>
  )
}
function FlowTable({ server, label }: { readonly server: VirtualServerView; readonly label: string }) {
  const t = useTranslations("balancer.column")
  const { name, rate, state } = useRow()
  return (
    <table className="w-full" aria-label={label}>
      <thead className="text-left text-ink3">
        <tr>
          {(["server", "state", "weight", "connections", "rate"] as const).map((column) => (
            <th key={column} scope="col" className="px-3 py-1.5 font-normal">
              {t(column)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="divide-y border-t">
        {server.realServers.map((real) => (
          <tr key={real.key + real.isSorryServer}>
            <th scope="row" className="px-3 py-1.5 text-left font-medium">
              {name(real)} <Mono>{name(real) === real.key ? "" : real.key}</Mono>
            </th>
            <td className="px-3 py-1.5">
              <span className="inline-flex items-center gap-1.5">
                <StateMark mark={markOf(real)} /> {state(real)}
              </span>
            </td>
            <td className="px-3 py-1.5">{real.live?.weight ?? "–"}</td>
            <td className="px-3 py-1.5">{real.live?.active ?? "–"}</td>
            <td className="px-3 py-1.5 whitespace-nowrap">{rate(real)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
