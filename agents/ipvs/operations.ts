import { createHash } from "node:crypto"
import { PUT } from "../../lib/node/put-script"
import { reading, sh } from "../../lib/node/sh"
import { defineOperation, type Fact } from "../contract"
import { IPVS_TABLE, type KernelTable, kernelTableIn } from "../ipvs-table"
import { AT_BOOT, AUTO, forwarding, MODULES, moduleState, persisted, RULES, SYSCTL } from "./facts"
import { equalsKernel, equalsThresholds, hasThresholds } from "./fit"
import { LoadModule, Nothing, Persist, Restore } from "./schema"

const sha256Of = (text: string): string => createHash("sha256").update(text).digest("hex")

/** Its exit code is that of the last line alone (lab/lvs.md): whatever it says is a failure. */
const RESTORE = `
PATH=$PATH:/usr/sbin:/sbin
said=$(ipvsadm -R 2>&1); code=$?
[ -z "$said" ] || printf '%s\\n' "$said" | head -c 16384 >&2
[ $code -eq 0 ] && [ -n "$said" ] && exit 4
exit $code`
const TABLE_WITH_THRESHOLDS = `
PATH=$PATH:/usr/sbin:/sbin
${IPVS_TABLE}
if [ -e /proc/net/ip_vs ]; then ipvsadm -Ln --thresholds | tr -s ' '; fi`

/** `limits`: what `ipvsadm -Ln --thresholds` says, where it was asked. */
type Rules = { readonly kernel: KernelTable; readonly limits: string }
const rules = (withThresholds: boolean): Fact<Rules> => ({
  name: "ipvs.rules",
  command: withThresholds ? sh`sh -c ${TABLE_WITH_THRESHOLDS} moyai-ipvs-rules` : sh`sh -c ${IPVS_TABLE} moyai-ipvs-table`,
  parse: (result) => ({
    kernel: kernelTableIn(result),
    limits: result.stdout.slice(result.stdout.search(/^moyai\.table$/m)).replace(/^moyai\.table\n/, ""),
  }),
  everyMs: 1_000,
})
export const restore = defineOperation({
  name: "restore",
  isBulky: true,
  params: Restore,
  timeoutMs: () => 60_000,
  sentence: ({ model, input }) => ({
    code: "ipvsRestore",
    params: { n: String(input.split("\n").filter((line) => line !== "").length), services: String(model.virtualServers.length) },
  }),
  command: ({ input }) => {
    const restored = sh`sh -c ${RESTORE} moyai-ipvs-restore`
    return { ...reading(restored, input), masked: `ipvsadm -R < ${input.split("\n").length - 1} lines` }
  },
  fact: ({ model }) => rules(hasThresholds(model)),
  settled: ({ kernel, limits }, { model }) => equalsKernel(model, kernel) && (!hasThresholds(model) || equalsThresholds(model, limits)),
})

/**
 * Debian's ipvsadm.service reads the rules at boot where AUTO is true; the other lines of its file stay. It is an init script: without links
 * in the runlevels, systemctl cannot enable it.
 */
const PERSIST = `${AT_BOOT}
put=$1 rules=$2 auto=$3 sum=$4
said=$(sh -c "$put" moyai-put "$rules" 644 "$sum") || exit
case $said in "put written"*|"put unchanged"*) ;; *) printf '%s\\n' "$said" >&2; exit 1 ;; esac
new=$( { [ ! -r "$auto" ] || sed '/^[[:blank:]]*AUTO=/d' "$auto"; echo 'AUTO="true"'; } ) || exit
sum=$(printf '%s\\n' "$new" | sha256sum)
said=$(printf '%s\\n' "$new" | sh -c "$put" moyai-put "$auto" 644 "\${sum%% *}") || exit
case $said in "put written"*|"put unchanged"*) ;; *) printf '%s\\n' "$said" >&2; exit 1 ;; esac
at_boot || systemctl enable --quiet ipvsadm.service 2>/dev/null || { update-rc.d -f ipvsadm remove && update-rc.d ipvsadm defaults && { at_boot || systemctl enable --quiet ipvsadm.service; }; }`
export const persist = defineOperation({
  name: "persist",
  isBulky: true,
  params: Persist,
  // Links of an init script are made by programs that took 35 s on an emulated machine beside others.
  timeoutMs: () => 120_000,
  sentence: () => ({ code: "ipvsPersist", params: { path: RULES } }),
  command: ({ text }) => {
    const put = sh`sh -c ${PERSIST} moyai-ipvs-persist ${PUT} ${RULES} ${AUTO} ${sha256Of(text)}`
    return { ...reading(put, text), masked: `moyai-put ${RULES}; moyai-put ${AUTO}; systemctl enable ipvsadm.service` }
  },
  fact: () => persisted,
  settled: (seen, { text }) => seen.get("sha256") === sha256Of(text) && seen.get("auto") === "true" && seen.get("atBoot") === "1",
})

const LOAD_MODULE = `
PATH=$PATH:/usr/sbin:/sbin
modprobe -- "$1" || exit
grep -qx "$1" "$2" 2>/dev/null || echo "$1" >>"$2"`
export const loadModule = defineOperation({
  name: "loadModule",
  params: LoadModule,
  timeoutMs: () => 30_000,
  sentence: ({ module }) => ({ code: "ipvsLoadModule", params: { module } }),
  command: ({ module }) => sh`sh -c ${LOAD_MODULE} moyai-ipvs-load-module ${module} ${MODULES}`,
  fact: ({ module }) => moduleState(module),
  settled: (seen) => seen.get("loaded") === "1" && seen.get("atBoot") === "1",
})

const FORWARD = `
echo 1 >/proc/sys/net/ipv4/ip_forward || exit
printf '%s\\n' '# Moyai: a director forwards for its real servers' 'net.ipv4.ip_forward = 1' >"$1"`
export const forward = defineOperation({
  name: "forward",
  params: Nothing,
  timeoutMs: () => 10_000,
  sentence: () => ({ code: "ipvsForward", params: {} }),
  command: () => sh`sh -c ${FORWARD} moyai-ipvs-set-forward ${SYSCTL}`,
  fact: () => forwarding,
  settled: (seen) => seen.get("now") === "1" && seen.get("atBoot") === "1",
})
