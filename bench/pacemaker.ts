import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { whyNotLab } from "../e2e/lab/can-run.mjs"
import { startLab } from "../e2e/lab/lab"
import { PACEMAKER } from "../e2e/lab/pacemaker"
import { whyNoBuild } from "../e2e/panel/panel"
import { type Bench, type Figure, median, round } from "./figure"
import type { Move } from "./pacemaker-moves"

const MOVES = 10
const RATIO_MAX = 1
const NAME = "bench"

const by = (moves: readonly Move[], what: (move: Move) => number) => {
  const of = (tool: Move["by"]) => round(median(moves.filter((move) => move.by === tool).map(what)), 0)
  return { panel: of("panel"), pacemaker: of("pacemaker") }
}
const range = (moves: readonly Move[], tool: Move["by"]): string => {
  const list = moves.filter((move) => move.by === tool).map(({ outageMs }) => outageMs)
  return `${Math.min(...list)} to ${Math.max(...list)}`
}
function figureOf(moves: readonly Move[], daemon: Move["daemon"]): Figure {
  const same = moves.filter((move) => move.daemon === daemon)
  const outage = by(same, ({ outageMs }) => outageMs)
  const done = by(same, ({ doneMs }) => doneMs)
  const served = by(same, ({ servedMs }) => servedMs)
  const ratio = outage.panel / outage.pacemaker
  return {
    name: `pacemaker, apache by ${daemon}`,
    value: round(ratio),
    unit: "x",
    against: "the outage of crm_resource --move on the same nodes: same IPaddr2, same apache, Pacemaker and corosync of Debian",
    target: `<= ${RATIO_MAX}`,
    met: ratio <= RATIO_MAX,
    detail:
      `outage as a client sees it: panel ${outage.panel} ms (${range(same, "panel")}), Pacemaker ${outage.pacemaker} ms (${range(same, "pacemaker")}); ` +
      `order to new node's answer: ${served.panel} ms, ${served.pacemaker} ms; ` +
      `order to done: ${done.panel} ms, with crm_resource --wait ${done.pacemaker} ms (${round(done.panel / done.pacemaker)} x; ` +
      `it looks every 2 s); medians of ${MOVES} moves each, in two blocks in turn`,
  }
}

/**
 * A relocation by the panel against one by Pacemaker, one after the other on the same three lab nodes. ocf:heartbeat:apache waits
 * for its stop in whole seconds, and Pacemaker looks at a systemd unit every 2 s: both hide much of what the tools themselves take.
 */
export const bench: Bench = {
  name: "pacemaker",
  run: async () => {
    const why = whyNotLab() ?? whyNoBuild()
    if (why) throw new Error(why)
    const lab = await startLab({ name: NAME, packages: PACEMAKER })
    try {
      const [command = "", ...args] = lab.inMgmt(process.execPath, "--import", "tsx", "bench/pacemaker-moves.ts", String(MOVES))
      const { stdout } = await promisify(execFile)(command, args, { env: { ...process.env, MOYAI_LAB: NAME } })
      const moves: readonly Move[] = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
      return [figureOf(moves, "ocf"), figureOf(moves, "systemd")]
    } finally {
      await lab.down()
    }
  },
}
