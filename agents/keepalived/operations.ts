import { canonical } from "../../lib/domain/balancer-address"
import { PUT } from "../../lib/node/put-script"
import { reading, secret, sh } from "../../lib/node/sh"
import { defineOperation } from "../contract"
import { fitsTable } from "../ipvs-fit"
import { possibleTables } from "../ipvs-table"
import { activeState, addresses, enabledState, FILE, fileSha256, loaded, MARK, SELF_TEST } from "./facts"
import type { parseAddresses } from "./parse-facts"
import { Configure, Load, Nothing, StepDown, TakeOver, wholeText } from "./schema"
import { withoutSecrets } from "./secrets"

/** What a large file is given beside: two minutes for 1,000 virtual servers, on a machine that is slow. */
const BYTES_A_MS = 12
const SERVER_MS = 120
/** Readable by root and its group: it may hold a password. */
const MODE = "640"
/** Exit 0 and not a word (network.md §0 F5): an unknown scheduler is told, exits 0, and becomes another. */
const CHECK = `
PATH=$PATH:/usr/sbin:/sbin
command -v keepalived >/dev/null || { echo "keepalived is not installed" >&2; exit 127; }
${SELF_TEST}
[ -z "$said" ] || printf '%s\\n' "$said" | head -c 16384 | sed "s|$1|keepalived.conf|g" >&2
[ $code -eq 0 ] && [ -n "$said" ] && exit 4
exit $code`
/** PUT answers in its first line and ends with 0: here what was not written is a failure. */
const PUT_CHECKED = `
put=$1; shift
said=$(sh -c "$put" moyai-put "$@") || exit
case $said in
  "put written"*|"put unchanged"*) printf '%s\\n' "$said" ;;
  *) printf '%s\\n' "$said" >&2; exit 1 ;;
esac`
export const configure = defineOperation({
  name: "configure",
  isBulky: true,
  params: Configure,
  timeoutMs: ({ text }) => 30_000 + text.length / BYTES_A_MS,
  sentence: () => ({ code: "keepalivedConfigure", params: { path: FILE } }),
  command: (params) => {
    const { sha256 } = params
    const put = sh`sh -c ${PUT_CHECKED} moyai-keepalived-put ${PUT} ${FILE} ${MODE} ${sha256} sh -c ${CHECK} moyai-keepalived-check`
    return { ...reading(put, secret(wholeText(params))), masked: `moyai-put ${FILE} (checked by keepalived -t)` }
  },
  fact: () => fileSha256,
  settled: (seen, { sha256 }) => seen === sha256,
  clean: (params) => withoutSecrets(wholeText(params)),
})

/** A reload is only a signal: the mark says that it was sent, the table that it was heeded. */
const LOAD = `
file=$1 sum=$2 mark=$3
there=$(sha256sum <"$file") || exit 1
[ "\${there%% *}" = "$sum" ] || { echo "$file is another than the plan's" >&2; exit 1; }
rm -f "$mark"
if systemctl is-active --quiet keepalived.service; then systemctl reload keepalived.service; else systemctl start keepalived.service; fi || exit
# Told twice while it is still at the first, it would read only the second.
n=0
while [ $n -lt 50 ] && [ "$(systemctl show -p ActiveState keepalived.service)" = ActiveState=reloading ]; do sleep 0.2; n=$((n + 1)); done
pid=$(systemctl show -p MainPID keepalived.service)
umask 077
echo "$sum \${pid#MainPID=}" >"$mark"`
export const load = defineOperation({
  name: "load",
  isBulky: true,
  params: Load,
  timeoutMs: ({ model }) => 30_000 + model.virtualServers.length * SERVER_MS,
  sentence: () => ({ code: "keepalivedLoad", params: {} }),
  command: ({ sha256 }) => sh`sh -c ${LOAD} moyai-keepalived-load ${FILE} ${sha256} ${MARK}`,
  fact: () => loaded,
  settled: ({ active, pid, mark, kernel }, { sha256, model, director }) =>
    active === "active" && mark === `${sha256} ${pid}` && possibleTables(kernel).some((table) => fitsTable(model, director, table)),
})
export const halt = defineOperation({
  name: "halt",
  params: Nothing,
  timeoutMs: () => 60_000,
  sentence: () => ({ code: "keepalivedHalt", params: {} }),
  command: () => sh`systemctl stop keepalived.service`,
  fact: () => activeState,
  settled: (active) => active === "inactive" || active === "failed",
})
/** Which of the addresses are on an interface: one on lo is a real server's, and proves nothing of VRRP. */
function heldOf(seen: ReturnType<typeof parseAddresses>, addresses: readonly string[]): readonly string[] {
  const held = new Set(seen.filter((one) => one.interface !== "lo").map(({ address }) => address))
  return addresses.filter((address) => held.has(canonical(address)))
}
/** Waits, and does nothing. */
export const takeOver = defineOperation({
  name: "takeOver",
  params: TakeOver,
  timeoutMs: ({ withinS = 15 }) => withinS * 1_000,
  sentence: (params) => ({ code: "keepalivedTakeOver", params: { addresses: params.addresses.join(", ") } }),
  command: () => sh`true`,
  fact: () => addresses,
  settled: (seen, params) => heldOf(seen, params.addresses).length === params.addresses.length,
})
/** The same of the one that had them: it has heard the other. */
export const stepDown = defineOperation({
  name: "stepDown",
  params: StepDown,
  timeoutMs: () => 15_000,
  sentence: (params) => ({ code: "keepalivedStepDown", params: { addresses: params.addresses.join(", ") } }),
  command: () => sh`true`,
  fact: () => addresses,
  settled: (seen, params) => heldOf(seen, params.addresses).length === 0,
})
export const enable = defineOperation({
  name: "enable",
  params: Nothing,
  // Debian makes the links of an init script as well, by programs that took 16 s on an emulated machine.
  timeoutMs: () => 120_000,
  sentence: () => ({ code: "keepalivedEnable", params: {} }),
  command: () => sh`systemctl enable keepalived.service`,
  fact: () => enabledState,
  settled: (isEnabled) => isEnabled,
})
