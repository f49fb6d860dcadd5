import { createHash } from "node:crypto"
import { familyOf } from "../../lib/domain/balancer-address"
import type { DirectorMarks, MarkRule } from "../../lib/domain/balancer-live"
import { areMarksThere } from "../../lib/domain/balancer-marks"
import { PUT } from "../../lib/node/put-script"
import { reading, sh } from "../../lib/node/sh"
import { defineOperation, type Fact } from "../contract"
import { parseMarks } from "./parse-facts-marks"
import { Marks, Nothing } from "./schema"

export const MARKS = "/etc/moyai-marks.nft"
export const UNIT = "moyai-marks.service"
export const UNIT_FILE = `/etc/systemd/system/${UNIT}`
const TABLE = "inet moyai_marks"

const ruleOf = ({ mark, protocol, address, from, to }: MarkRule): string =>
  `    ${familyOf(address) === "inet6" ? "ip6" : "ip"} daddr ${address} ${protocol} dport ${from === to ? from : `${from}-${to}`} meta mark set ${mark}`
/** One file, one transaction: the table is there before and after, never half. Packets are marked before IPVS looks at them (input). */
export const renderMarks = (rules: readonly MarkRule[]): string =>
  [
    "# Moyai: packets that are one virtual server by their mark. Written anew at each change.",
    ...[`table ${TABLE}`, `delete table ${TABLE}`, `table ${TABLE} {`, "  chain prerouting {"],
    "    type filter hook prerouting priority -150; policy accept;",
    ...rules.map(ruleOf),
    ...["  }", "}", ""],
  ].join("\n")

const PATHS = "PATH=$PATH:/usr/sbin:/sbin; LC_ALL=C; export PATH LC_ALL"
// Only what is there is listed: a fact says nothing on stderr, and an absent table is no failure.
const READ = `
${PATHS}
if command -v nft >/dev/null 2>&1; then
  nft --version
  case $(nft -j list tables 2>&1) in *'"family": "inet", "name": "moyai_marks"'*) echo moyai.table; nft -j list table ${TABLE} ;; *nftables*) ;; *) echo moyai.unreadable ;; esac
fi
if systemctl is-enabled --quiet ${UNIT} 2>/dev/null && grep -qF -- "-f $1" "$2" 2>/dev/null; then echo moyai.atBoot; fi
if [ -r "$1" ]; then echo moyai.file; sed 's/^/|/' "$1"; fi
echo moyai.end`
/** Fact `ipvs.marks`. */
export const marks: Fact<DirectorMarks> = {
  name: "ipvs.marks",
  command: sh`sh -c ${READ} moyai-marks ${MARKS} ${UNIT_FILE}`,
  parse: parseMarks,
  everyMs: 30_000,
}

const CHECK = 'nft -c -f "$1"'
/** A restart of nftables.service flushes every table: ours comes back with it. */
const LOAD = `
${PATHS}
put=$1 check=$2 file=$3 sum=$4 unit=$5
nft=$(command -v nft) || { echo "nft is not installed here (Debian: apt-get install nftables)" >&2; exit 127; }
written() { case $1 in "put written"*|"put unchanged"*) ;; *) printf '%s\\n' "$1" >&2; exit 1 ;; esac; }
said=$(sh -c "$put" moyai-put "$file" 644 "$sum" sh -c "$check" moyai-marks-check) || exit
written "$said"
nft -f "$file" || exit
text="[Unit]
Description=Moyai: marks of packets that are one virtual server
After=nftables.service
PartOf=nftables.service
ReloadPropagatedFrom=nftables.service
Before=keepalived.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=$nft -f $file
ExecReload=$nft -f $file
[Install]
WantedBy=multi-user.target"
sum=$(printf '%s\\n' "$text" | sha256sum)
said=$(printf '%s\\n' "$text" | sh -c "$put" moyai-put "$unit" 644 "\${sum%% *}") || exit
written "$said"
systemctl daemon-reload && systemctl enable --quiet ${UNIT} && systemctl start ${UNIT}`
const UNLOAD = `
${PATHS}
file=$1 unit=$2
if [ -e "$unit" ]; then
  systemctl disable --quiet --now ${UNIT} || exit
  rm -f "$unit" "$unit.moyai-old"
  systemctl daemon-reload
fi
rm -f "$file" "$file.moyai-old"
if command -v nft >/dev/null 2>&1 && nft list table ${TABLE} >/dev/null 2>&1; then nft delete table ${TABLE}; fi`
const sha256Of = (text: string): string => createHash("sha256").update(text).digest("hex")
export const mark = defineOperation({
  name: "mark",
  params: Marks,
  timeoutMs: () => 60_000,
  sentence: ({ rules }) => ({ code: "ipvsMark", params: { n: String(rules.length), path: MARKS } }),
  command: ({ rules }) => {
    const text = renderMarks(rules)
    const load = sh`sh -c ${LOAD} moyai-marks-load ${PUT} ${CHECK} ${MARKS} ${sha256Of(text)} ${UNIT_FILE}`
    return { ...reading(load, text), masked: `moyai-put ${MARKS} (checked by nft -c); nft -f ${MARKS}; systemctl enable --now ${UNIT}` }
  },
  fact: () => marks,
  settled: (seen, { rules }) => areMarksThere(rules, renderMarks(rules), seen),
})
export const unmark = defineOperation({
  name: "unmark",
  params: Nothing,
  timeoutMs: () => 60_000,
  sentence: () => ({ code: "ipvsUnmark", params: { path: MARKS } }),
  command: () => ({
    ...sh`sh -c ${UNLOAD} moyai-marks-unload ${MARKS} ${UNIT_FILE}`,
    masked: `systemctl disable --now ${UNIT}; rm ${MARKS}; nft delete table ${TABLE}`,
  }),
  fact: () => marks,
  settled: (seen) => areMarksThere([], "", seen),
})
