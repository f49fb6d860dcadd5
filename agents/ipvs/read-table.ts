import type { Balancer } from "../../lib/domain/balancer"
import { sh } from "../../lib/node/sh"
import { lineOf } from "../agent-line"
import type { Fact } from "../contract"
import { withThresholds } from "./import-list"
import { parseIpvsList } from "./parse-list"
import { parseIpvsSave } from "./parse-save"

/** ipvsadm would load the module by itself: it is asked only where the module is. */
const RULES = `
PATH=$PATH:/usr/sbin:/sbin; LC_ALL=C; export PATH LC_ALL
command -v ipvsadm >/dev/null || { echo "ipvsadm is not installed" >&2; exit 127; }
if [ -e /proc/net/ip_vs ]; then
  ipvsadm -Sn || exit
  echo moyai.thresholds
  ipvsadm -Ln --thresholds | tr -s ' '
fi
echo moyai.end`

/** On demand: the kernel's rules as a model, thresholds included. Empty where the module is not loaded. */
export const readTable: Fact<Balancer> = {
  name: "ipvs.readTable",
  command: sh`sh -c ${RULES} moyai-ipvs-read`,
  parse: ({ stdout, stderr, exitCode }) => {
    if (exitCode !== 0 || !/^moyai\.end$/m.test(stdout)) throw new Error(lineOf(stderr) || `ipvsadm ended with exit code ${exitCode}`)
    const [rules = "", limits = ""] = stdout.replace(/moyai\.end\n$/, "").split("moyai.thresholds\n")
    const saved = parseIpvsSave(rules)
    if (!saved.ok) throw new Error(saved.error.text)
    const [strange] = saved.value.notUnderstood
    if (strange) throw new Error(`ipvsadm -Sn says: ${lineOf(strange.text)}`)
    return withThresholds(saved.value.balancer, parseIpvsList(limits))
  },
  everyMs: 1_000,
  timeoutMs: 20_000,
}
