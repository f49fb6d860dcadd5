import { execFile, spawnSync } from "node:child_process"
import { promisify } from "node:util"
import { whyNotLab } from "../e2e/lab/can-run.mjs"
import { startLab } from "../e2e/lab/lab"
import { PACEMAKER } from "../e2e/lab/pacemaker"
import { whyNoBuild } from "../e2e/panel/panel"
import { type Bench, round } from "./figure"
import type { Rounds } from "./status-rounds"

const ROUNDS = 20
const RATIO_MAX = 1
const NAME = "bench"

/** `moyai status` as somebody types it against `ssh h1 crm_mon -1`, both about the same three nodes, in the lab's network without latency. */
export const bench: Bench = {
  name: "status",
  run: async () => {
    const why = whyNotLab() ?? whyNoBuild()
    if (why) throw new Error(why)
    if (spawnSync(process.execPath, ["scripts/moyai.mjs", "--help"]).status !== 0) throw new Error("the command line cannot be bundled")
    const lab = await startLab({ name: NAME, packages: PACEMAKER })
    try {
      const [command = "", ...args] = lab.inMgmt(process.execPath, "--import", "tsx", "bench/status-rounds.ts", String(ROUNDS))
      const { stdout } = await promisify(execFile)(command, args, { env: { ...process.env, MOYAI_LAB: NAME } })
      const { moyai, ssh, warmSsh }: Rounds = JSON.parse(stdout)
      const ratio = moyai / ssh
      return [
        {
          ...{ name: "status", value: round(ratio), unit: "x", target: `<= ${RATIO_MAX}`, met: ratio <= RATIO_MAX },
          against: "ssh h1 crm_mon -1 on the same nodes, a new connection each time",
          detail:
            `wall time: moyai status ${round(moyai, 0)} ms, ssh ${round(ssh, 0)} ms, over a ControlMaster that is open ` +
            `${round(warmSsh, 0)} ms (${round(moyai / warmSsh)} x); medians of ${ROUNDS} each, in turn`,
        },
      ]
    } finally {
      await lab.down()
    }
  },
}
