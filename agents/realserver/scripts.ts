/** POSIX sh for the operations; `$0` names them. All may be run again, and end with 1 and a plain sentence when they must not go on. */
const HEAD = `
set -eu
PATH=$PATH:/usr/sbin:/sbin
fail() { echo "$1" >&2; exit 1; }
put() { tmp=$(mktemp "$1.XXXXXX"); cat >"$tmp"; chmod 644 "$tmp"; sync "$tmp" 2>/dev/null || :; mv -f "$tmp" "$1"; }
conf=/proc/sys/net/ipv4/conf/all
`
/**
 * What counts is the larger of `all` and an interface's own, so `all` is enough, and later interfaces are covered as well. What was there before
 * stands in the file, for the way back. A larger value is stricter, and stays.
 */
export const QUIET = `${HEAD}
file=$1
ignore=$(cat $conf/arp_ignore) announce=$(cat $conf/arp_announce)
notes="# before $ignore $announce"
[ ! -f "$file" ] || notes=$(grep -E '^# (before|holds) ' "$file" || echo "$notes")
[ "$ignore" -ge 1 ] || ignore=1
[ "$announce" -ge 2 ] || announce=2
mkdir -p "\${file%/*}"
put "$file" <<END
# Moyai: a real server must not answer ARP for a service address, which is the director's.
$notes
net.ipv4.conf.all.arp_ignore = $ignore
net.ipv4.conf.all.arp_announce = $announce
END
echo "$ignore" >$conf/arp_ignore
echo "$announce" >$conf/arp_announce`

/** Arguments: sysctl file, address, prefix, label (none: ""), file of ifupdown, its text (none: "" where nothing reads it). */
export const HOLD = `${HEAD}
sysctl=$1 address=$2 prefix=$3 label=$4 file=$5 text=$6
case $address in
  *:*) v=6 ;;
  *)
    v=4
    if [ "$(cat $conf/arp_ignore)" -lt 1 ] || [ "$(cat $conf/arp_announce)" -lt 2 ]; then
      fail "arp_ignore and arp_announce are not set: this machine would answer ARP for $address"
    fi
    # Which addresses the sysctls are for: they go with the last of them.
    if [ -f "$sysctl" ] && ! grep -qxF "# holds $address" "$sysctl"; then
      { sed -n '1,/^# before /p' "$sysctl"; echo "# holds $address"; sed '1,/^# before /d' "$sysctl"; } | put "$sysctl"
    fi ;;
esac
from='^[[:space:]]*source\\(-directory\\)\\{0,1\\}[[:space:]]\\{1,\\}\\(/etc/network/\\)\\{0,1\\}interfaces\\.d'
if command -v ifup >/dev/null 2>&1 && grep -q "$from" /etc/network/interfaces 2>/dev/null; then
  mkdir -p "\${file%/*}"
  printf '%s' "$text" | put "$file"
fi
if [ -n "$label" ]; then ip -$v address replace "$address/$prefix" dev lo label "$label"
else ip -$v address replace "$address/$prefix" dev lo; fi
# The same address with a wider mask swallows its neighbours'.
ip -o -$v address show dev lo to "$address" | while read -r _ _ _ own _; do
  case $own in
    "$address/$prefix"|"$address") ;;
    "$address/"*) ip -$v address del "$own" dev lo ;;
  esac
done`

/** Arguments: sysctl file, address, file of ifupdown. The address goes before the sysctls that keep it quiet. */
export const RELEASE = `${HEAD}
sysctl=$1 address=$2 file=$3
case $address in *:*) v=6 ;; *) v=4 ;; esac
rm -f "$file"
ip -o -$v address show dev lo to "$address" | while read -r _ _ _ own _; do
  case $own in "$address"|"$address/"*) ip -$v address del "$own" dev lo ;; esac
done
[ -f "$sysctl" ] || exit 0
grep -vxF "# holds $address" "$sysctl" | put "$sysctl"
! grep -q '^# holds ' "$sysctl" || exit 0
# One that was there before us needs the quiet too.
[ -z "$(ip -o -4 address show dev lo scope global)" ] || exit 0
# The last one: back to what was there, unless somebody has set it otherwise since.
back() {
  was=$(sed -n "s/^# before $1/\\\\1/p" "$sysctl")
  ours=$(sed -n "s/^net.ipv4.conf.all.$2 = //p" "$sysctl")
  if [ -n "$was" ] && [ "$(cat $conf/$2)" = "$ours" ]; then echo "$was" >$conf/$2; fi
}
back '\\([0-9]*\\) [0-9]*' arp_ignore
back '[0-9]* \\([0-9]*\\)' arp_announce
rm -f "$sysctl"`

/** The whole table as it is, where Debian's nftables.conf reads such a directory; `nft -f` of it begins with an empty one. */
const KEEP = `
save() {
  grep -Eq '^[[:space:]]*include[[:space:]]+"/etc/nftables\\.d/\\*(\\.nft)?"' /etc/nftables.conf 2>/dev/null || return 0
  mkdir -p "\${1%/*}"
  {
    echo "# Moyai: service addresses that are redirected to this machine."
    for f in ip ip6; do
      ! nft list table $f moyai_lvs >/dev/null 2>&1 || { echo "table $f moyai_lvs"; echo "delete table $f moyai_lvs"; nft -s list table $f moyai_lvs; }
    done
  } >"$1.new"
  if grep -q '{' "$1.new"; then put "$1" <"$1.new"; else rm -f "$1"; fi
  rm -f "$1.new"
}
handle() { nft -a list chain $family moyai_lvs prerouting 2>/dev/null | sed -n "s/.* comment \\"$mark\\" # handle \\([0-9]*\\)\\$/\\1/p"; }
case $address in *:*) family=ip6 ;; *) family=ip ;; esac
`
/** Arguments: file of nft, address, protocol, port, the rule's mark. */
export const REDIRECT = `${HEAD}
file=$1 address=$2 protocol=$3 port=$4 mark=$5
command -v nft >/dev/null 2>&1 || fail "nft is not installed here"
${KEEP}
if [ -z "$(handle)" ]; then
  nft -f - <<END
table $family moyai_lvs {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    $family daddr $address $protocol dport $port redirect comment "$mark"
  }
}
END
fi
save "$file"`
export const UNREDIRECT = `${HEAD}
file=$1 address=$2 protocol=$3 port=$4 mark=$5
command -v nft >/dev/null 2>&1 || exit 0
${KEEP}
for h in $(handle); do nft delete rule $family moyai_lvs prerouting handle "$h"; done
if nft list table $family moyai_lvs >/dev/null 2>&1 && ! nft list table $family moyai_lvs | grep -q 'comment "moyai '; then
  nft delete table $family moyai_lvs
fi
save "$file"`
