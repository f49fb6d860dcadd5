import type { IpvsKernel, LiveRates, LiveTable } from "../../lib/domain/balancer-live"
import { type Sh, sh } from "../../lib/node/sh"
import type { Fact } from "../contract"
import { IPVS_TABLE, kernelTableIn, liveTable } from "../ipvs-table"
import { parseKernel, parsePairs, parseRates } from "./parse-facts"

const PATHS = "PATH=$PATH:/usr/sbin:/sbin; LC_ALL=C; export PATH LC_ALL"
/** ipvsadm loads the module by itself: a fact changes nothing, so it is asked only where the module is. */
const RATES = `
${PATHS}
if [ -e /proc/net/ip_vs ]; then ipvsadm -Ln --rate --exact | tr -s ' '; fi
echo moyai.end`
const KERNEL = `
${PATHS}
read -r release </proc/sys/kernel/osrelease
for list in "/lib/modules/$release/modules.dep" "/lib/modules/$release/modules.builtin"; do
  [ ! -r "$list" ] || sed -n 's|^[^:]*/\\(ip_vs[a-z0-9_]*\\)\\.ko.*|module=\\1|p' "$list"
done
sed -n 's/^\\(ip_vs[a-z0-9_]*\\) .*/module=\\1/p' /proc/modules
if [ -e /proc/net/ip_vs ]; then
  echo loaded=1
  ipvsadm -Ln --daemon 2>/dev/null
fi
if command -v ipvsadm >/dev/null; then
  if [ -e /proc/net/ip_vs ]; then ipvsadm --version 2>/dev/null; else echo "ipvsadm is there"; fi
fi
echo moyai.end`
/** systemctl runs a program of its own for an init script, which takes seconds on a small machine: its links say the same. */
export const AT_BOOT = `
at_boot() {
  set -- /etc/rc[2345].d/S[0-9][0-9]ipvsadm
  [ -e "$1" ] || { [ ! -e /etc/init.d/ipvsadm ] && systemctl is-enabled --quiet ipvsadm.service 2>/dev/null; }
}`
const PERSISTED = `${AT_BOOT}
[ ! -r "$1" ] || { sum=$(sha256sum <"$1"); echo "sha256=\${sum%% *}"; }
[ ! -r "$2" ] || sed -n 's/^[[:blank:]]*AUTO=["'\\'']\\{0,1\\}\\([a-z]*\\).*/auto=\\1/p' "$2"
at_boot && echo atBoot=1
echo moyai.end`
const MODULE = `
[ -d "/sys/module/$1" ] && echo loaded=1
read -r release </proc/sys/kernel/osrelease
grep -q "/$1\\.ko" "/lib/modules/$release/modules.builtin" 2>/dev/null && echo loaded=1
grep -qx "$1" "$2" 2>/dev/null && echo atBoot=1
echo moyai.end`
const FORWARD = `
read -r now </proc/sys/net/ipv4/ip_forward
echo "now=$now"
grep -qx 'net.ipv4.ip_forward = 1' "$1" 2>/dev/null && echo atBoot=1
echo moyai.end`

/** Fact `ipvs.table`: from the kernel itself, every second. Empty where the module is not loaded. */
export const table: Fact<LiveTable> = {
  name: "ipvs.table",
  command: sh`sh -c ${IPVS_TABLE} moyai-ipvs-table`,
  parse: (result) => liveTable(kernelTableIn(result)),
  everyMs: 1_000,
  isVolatile: true,
  isBulky: true,
}
/** Fact `ipvs.rates`. ipvsadm takes ten times as long for it as the kernel for its table. */
export const rates: Fact<LiveRates> = {
  name: "ipvs.rates",
  command: sh`sh -c ${RATES} moyai-ipvs-rates`,
  parse: parseRates,
  everyMs: 3_000,
  isVolatile: true,
  isBulky: true,
  isAside: true,
  timeoutMs: 30_000,
}
/** Fact `ipvs.kernel`. */
export const kernel: Fact<IpvsKernel> = {
  name: "ipvs.kernel",
  command: sh`sh -c ${KERNEL} moyai-ipvs-kernel`,
  parse: parseKernel,
  everyMs: 30_000,
}

export const RULES = "/etc/ipvsadm.rules"
export const AUTO = "/etc/default/ipvsadm"
export const MODULES = "/etc/modules-load.d/moyai-ipvs.conf"
export const SYSCTL = "/etc/sysctl.d/60-moyai-forward.conf"
const pairs = (name: string, command: Sh): Fact<ReadonlyMap<string, string>> => ({
  name: `ipvs.${name}`,
  command,
  parse: parsePairs,
  everyMs: 1_000,
})
export const persisted = pairs("persisted", sh`sh -c ${PERSISTED} moyai-ipvs-persisted ${RULES} ${AUTO}`)
export const moduleState = (name: string) => pairs("module", sh`sh -c ${MODULE} moyai-ipvs-module ${name} ${MODULES}`)
export const forwarding = pairs("forward", sh`sh -c ${FORWARD} moyai-ipvs-forward ${SYSCTL}`)
