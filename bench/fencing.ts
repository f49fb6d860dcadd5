import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { whyNotLab } from "../e2e/lab/can-run.mjs"
import { startLab } from "../e2e/lab/lab"
import { PACEMAKER } from "../e2e/lab/pacemaker"
import { whyNoBuild } from "../e2e/panel/panel"
import type { Cut } from "./fencing-cuts"
import { type Bench, type Figure, median, round } from "./figure"

const CUTS = 6
const RATIO_MAX = 1
const NAME = "bench"

const of = (cuts: readonly Cut[], by: Cut["by"], what: (cut: Cut) => number) => cuts.filter((cut) => cut.by === by).map(what)
function figureOf(cuts: readonly Cut[], name: string, what: (cut: Cut) => number, against: string): Figure {
  const [panel, pacemaker] = [of(cuts, "panel", what), of(cuts, "pacemaker", what)]
  const ratio = median(panel) / median(pacemaker)
  const range = (list: readonly number[]) => `${round(median(list), 0)} ms (${Math.min(...list)} to ${Math.max(...list)})`
  return {
    ...{ name, value: round(ratio), unit: "x", against, target: `<= ${RATIO_MAX}`, met: ratio <= RATIO_MAX },
    detail: `panel ${range(panel)}, Pacemaker ${range(pacemaker)}; medians of ${panel.length} power cuts each, in two blocks in turn`,
  }
}

/**
 * A node that serves loses its power: by the panel and by Pacemaker on the same lab nodes, same switch, same agents with the same
 * parameters. The panel calls a node lost after 3 s of silence; corosync's token is 1 s, with three nodes 1.65 s, and a new
 * membership takes 1.2 tokens more (corosync.conf(5): token_coefficient, consensus).
 */
export const bench: Bench = {
  name: "fencing",
  run: async () => {
    const why = whyNotLab() ?? whyNoBuild()
    if (why) throw new Error(why)
    const lab = await startLab({ name: NAME, packages: PACEMAKER })
    try {
      const [command = "", ...args] = lab.inMgmt(process.execPath, "--import", "tsx", "bench/fencing-cuts.ts", String(CUTS))
      const { stdout } = await promisify(execFile)(command, args, { env: { ...process.env, MOYAI_LAB: NAME } })
      const cuts: readonly Cut[] = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
      const against = "Pacemaker and corosync of Debian, same nodes, same switch, token 1 s"
      return [
        figureOf(cuts, "power cut, outage", ({ outageMs }) => outageMs, against),
        figureOf(cuts, "power cut, until the switch is told", ({ toldMs }) => toldMs, against),
        figureOf(cuts, "power cut, from the switch to the first answer", ({ servedMs }) => servedMs, against),
      ]
    } finally {
      await lab.down()
    }
  },
}
