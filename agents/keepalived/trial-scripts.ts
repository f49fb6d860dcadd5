/**
 * What a director runs for one health check, done once. Every value is a word of the command, none is part of the script; the last line is
 * `moyai.trial VERDICT EXIT MS HEX`, where `ask` leaves the verdict to the panel and HEX is the datagram that came.
 */
const PRELUDE = `
PATH=$PATH:/usr/sbin:/sbin; LC_ALL=C; export PATH LC_ALL
umask 077
clock() {
  t=$(date +%s%N)
  case $t in *[!0-9]*) t=$(date +%s)000000000 ;; esac
  echo "\${t%??????}"
}
work=$(mktemp -d) || exit 73
trap 'rm -rf "$work"' EXIT
trap 'exit 74' HUP INT TERM
cd /
said=$work/said
: >"$said"
began=$(clock)
finish() {
  ms=$(($(clock) - began))
  head -c 8192 "$said"
  printf '\\nmoyai.trial %s %s %s %s\\n' "$1" "$2" "$ms" "$3"
  exit 0
}
say() { printf '%s\\n' "$*" >>"$said"; }
need() {
  for tool; do
    command -v "$tool" >/dev/null 2>&1 || { say "$tool is not installed on this node"; finish unknown 127; }
  done
}
`
const UNFIT = `
say "$1"
finish unknown 64`

const TCP = `
address=$1 port=$2 seconds=$3 interface=$4 local=$5
if [ -n "$interface$local" ]; then
  # bash cannot choose where a connection comes from.
  need curl
  case $address in *:*) address="[$address]" ;; esac
  set --
  [ -z "$interface" ] || set -- "$@" --interface "$interface"
  [ -z "$local" ] || set -- "$@" --local-port "$local"
  # What it says on standard error comes after it is connected, or instead.
  connected=$(curl -q -sS -g --noproxy '*' -o /dev/null -w '%{time_connect}' --max-time "$seconds" "$@" "telnet://$address:$port" </dev/null 2>>"$said")
  code=$?
  case $connected in '' | *[!0.]*) ;; *) connected= ;; esac
  [ -n "$connected" ] || finish fail "$code"
  : >"$said"
  say "connected"
  finish pass 0
fi
need bash timeout
timeout -k 1 "$seconds" bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$address" "$port" 2>>"$said"
code=$?
[ "$code" != 124 ] || say "no connection within $seconds s"
[ "$code" != 0 ] || { say "connected"; finish pass 0; }
finish fail "$code"`

/** curl with the words of the model; then, for each url, ten more. A body is at most 16 MB. */
const WEB = `
scheme=$1 host=$2 port=$3 seconds=$4 longest=$5 protocol=$6 connect=$7 interface=$8 local=$9
shift 9
need curl
fits() {
  for range in $2; do
    [ "$1" -ge "\${range%-*}" ] && [ "$1" -le "\${range#*-}" ] && return 0
  done
  return 1
}
matches() {
  perl -e '
    my ($file, $re, $flags, $utf, $min, $max) = @ARGV;
    local $/;
    open(my $in, "<:raw", $file) or exit 3;
    my $body = <$in>;
    $body = "" unless defined $body;
    if ($utf) { utf8::decode($body); utf8::decode($re) }
    my $pattern = eval { $flags eq "" ? qr/(?:)$re/ : qr/(?$flags)$re/ };
    unless (defined $pattern) { print STDERR $@; exit 2 }
    pos($body) = $min <= length($body) ? $min : length($body);
    exit 1 unless $body =~ /$pattern/g;
    exit($max ne "" && $-[0] > $max ? 1 : 0)' "$@"
}
one() {
  path=$1 header=$2 codes=$3 digest=$4 regex=$5 hasRegex=$6 noMatch=$7 flags=$8 utf=$9
  min=\${10} max=\${11}
  set --
  [ -z "$connect" ] || set -- "$@" --connect-to "$connect"
  [ -z "$interface" ] || set -- "$@" --interface "$interface"
  [ -z "$local" ] || set -- "$@" --local-port "$local"
  [ "$protocol" = 1.0 ] || set -- "$@" -H 'Connection: close'
  case $protocol in 1.1) set -- "$@" --http1.1 ;; *) set -- "$@" --http1.0 ;; esac
  : >"$work/body"
  status=$(
    ulimit -f 32768
    exec curl -q -sS -g -k --raw --no-alpn --noproxy '*' -A KeepAliveClient -H Accept: -H "$header" -o "$work/body" -w '%{http_code}' \\
      --connect-timeout "$seconds" --max-time "$longest" --request-target "$path" "$@" "$scheme://$host:$port/" 2>>"$said"
  )
  code=$?
  [ "$code" = 0 ] || { say "GET $path: curl ended with $code"; return 1; }
  say "GET $path: status $status, $(wc -c <"$work/body") bytes"
  fits "$status" "$codes" || { say "status $status is none of $codes"; return 1; }
  if [ -n "$digest" ]; then
    need md5sum
    sum=$(md5sum <"$work/body")
    sum=\${sum%% *}
    say "digest $sum"
    [ "$sum" = "$digest" ] || { say "wanted  $digest"; return 1; }
  fi
  [ -n "$hasRegex" ] || return 0
  need perl timeout
  matches "$work/body" "$regex" "$flags" "$utf" "$min" "$max" 2>>"$said"
  case $? in
  0) say "the regular expression matches"; [ -z "$noMatch" ] ;;
  1) say "the regular expression does not match"; [ -n "$noMatch" ] ;;
  *) finish unknown 65 ;;
  esac
}
verdict=pass exit=0
while [ $# -ge 11 ]; do
  one "$@" || { verdict=fail; exit=$code; head -c 1024 "$work/body" >>"$said"; break; }
  shift 11
done
finish "$verdict" "$exit"`

const SMTP = `
address=$1 port=$2 seconds=$3 name=$4
need bash timeout
timeout -k 1 "$5" bash -c '
  exec 3<>"/dev/tcp/$0/$1" || exit 1
  reply() {
    while IFS= read -r -t "$2" -u 3 line; do
      printf "%s\\n" "$line"
      case $line in
      "$1"-*) ;;
      "$1"*) return 0 ;;
      *) return 1 ;;
      esac
    done
    echo "no answer of $1 within $2 s"
    return 1
  }
  reply 220 "$2" || exit 2
  printf "HELO %s\\r\\n" "$3" >&3
  reply 250 "$2" || exit 3
  printf "QUIT\\r\\n" >&3
  reply 221 "$2"
  exit 0' "$address" "$port" "$seconds" "$name" >>"$said" 2>&1
code=$?
[ "$code" != 124 ] || say "no connection within $seconds s"
[ "$code" = 0 ] && finish pass 0
finish fail "$code"`

/** The payload comes as octal escapes, which every printf knows. From a file it is one datagram: bash's own printf sends one for each line. */
const DATAGRAM = `
address=$1 port=$2 seconds=$3
need bash timeout dd od
printf "$4" >"$work/payload"
timeout -k 1 "$seconds" bash -c '
  exec 3<>"/dev/udp/$0/$1" || exit 2
  cat "$2" >&3 || exit 3
  exec dd bs=65536 count=1 of="$3" <&3' "$address" "$port" "$work/payload" "$work/reply" 2>"$work/err"
code=$?
sed '/records in$/d; /records out$/d; / copied, /d' "$work/err" >>"$said"
[ "$code" != 124 ] || say "no reply within $seconds s"
[ "$code" = 0 ] || finish ask "$code"
finish ask 0 "$(od -An -v -tx1 "$work/reply" | tr -d ' \\n')"`

const PING = `
address=$1 seconds=$2 whole=$3 interface=$4 mark=$5
need ping timeout
set --
[ -z "$interface" ] || set -- "$@" -I "$interface"
[ -z "$mark" ] || set -- "$@" -m "$mark"
timeout -k 1 "$seconds" ping -n -c 1 -W "$whole" "$@" "$address" >>"$said" 2>&1
code=$?
[ "$code" != 124 ] || say "no reply within $seconds s"
[ "$code" != 0 ] || finish pass 0
finish fail "$code"`

/** As script_user: keepalived_script where there is one, as keepalived does. */
const MISC = `
program=$1 seconds=$2 user=$3 group=$4
need timeout
if [ -z "$user" ] && id -u keepalived_script >/dev/null 2>&1; then user=keepalived_script; fi
set --
if [ -n "$user" ] && { [ "$user" != "$(id -un)" ] || [ -n "$group" ]; }; then
  need runuser
  id -u -- "$user" >/dev/null 2>&1 || { say "there is no user $user on this node"; finish unknown 67; }
  [ "$(id -u)" = 0 ] || { say "only root may run it as $user"; finish unknown 77; }
  set -- runuser -u "$user"
  [ -z "$group" ] || set -- "$@" -g "$group"
  set -- "$@" --
fi
{
  timeout -k 2 "$seconds" "$@" sh -c "$program" </dev/null 2>&1
  echo $? >"$work/code"
} | timeout $((seconds + 3)) sh -c 'head -c 8192; cat >/dev/null' >"$said"
read -r code <"$work/code" || finish unknown 74
[ "$code" != 124 ] || say "it did not end within $seconds s"
finish ask "$code"`

export const scripts = {
  unfit: PRELUDE + UNFIT,
  tcp: PRELUDE + TCP,
  web: PRELUDE + WEB,
  smtp: PRELUDE + SMTP,
  datagram: PRELUDE + DATAGRAM,
  ping: PRELUDE + PING,
  misc: PRELUDE + MISC,
} as const
