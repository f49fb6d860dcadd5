/** The shell text of claims: POSIX sh on Linux (dash, bash, busybox), without systemd. */

// A pid may be another's by now, so its start time goes with it: field 22 of proc(5) stat, the 20th after the last ")".
// One that is only not yet reaped (Z, X) is no longer at work.
const LIFE = `
born() { { read -r s; } 2>/dev/null <"/proc/$1/stat" || return 1; set -- \${s##*) }; case $1 in Z|X) return 1;; esac; born=\${20}; }
alive() { p= b=; { read -r p b; } 2>/dev/null <"$1" && born "$p" && [ "$b" = "$born" ]; }`

// Looks for life before it looks for the exit code: the other way round, one that ends in between would count as lost.
// "$dir@…" are those about to claim: such a file becomes "$dir/pid", so it is looked for first.
const ANSWER = `
life=no; for f in "$dir"@* "$dir/pid"; do if alive "$f"; then life=yes; fi; done
if [ -f "$dir/exit" ]; then
  cut=; for f in stdout stderr; do [ "$(wc -c <"$dir/$f")" -le "$max" ] || cut=" truncated"; done
  echo "claim done $(cat "$dir/exit")$cut"; head -c "$max" "$dir/stdout"; head -c "$max" "$dir/stderr" >&2
elif [ $life = yes ]; then echo "claim running"
elif [ -d "$dir" ]; then echo "claim lost"
else echo "claim none"; fi`

export const ASK = `${LIFE}
dir=$1 max=$2${ANSWER}`

// The claimer notes who it is before it makes the directory, and is the one that runs the command: whenever a claim is seen,
// it can be told whether anybody is behind it. It survives the end of the terminal, and notes the exit of a command that is ended.
// The trap comes after the follower: a signal between its fork and its exec would be lost, and it would follow for ever.
const CLAIM = `
claim() {
  trap '' HUP INT
  read -r s </proc/self/stat; me=$dir@\${s%% *}; born "\${s%% *}"
  (umask 077; echo "\${s%% *} $born" >"$me") || return
  if mkdir -m 700 "$dir"; then
    (umask 077; : >"$dir/stdout"; : >"$dir/stderr"); mv "$me" "$dir/pid"
    (trap - HUP INT; exec tail -n +1 -f "$dir/stdout") & tail=$!; trap : TERM
    printf %s "$in" | "$@" >>"$dir/stdout" 2>>"$dir/stderr"
    echo $? >"$dir/exit.new"; mv "$dir/exit.new" "$dir/exit"; kill $tail
  else rm -f "$me"; fi
}`

// stdin is counted first: a link cut half-way looks like its end. It stays in the shell's memory, for it may be secret.
// While the command runs, each line of its output is told with "|" before it; the answer follows, from its first line on.
export const RUN = `${LIFE}${CLAIM}
dir=$1 max=$2 bytes=$3; shift 3
refuse() { echo "claim none"; echo "$1" >&2; exit 75; }
in=$(cat; echo .); in=\${in%.}
[ "$(printf %s "$in" | wc -c)" -eq "$bytes" ] || refuse "input was cut short"
mkdir -p -m 700 "\${dir%/*}" || refuse "no place for claims"
[ -d "$dir" ] || claim "$@" </dev/null 2>/dev/null | {
  told=0; while IFS= read -r l && [ $told -lt "$max" ]; do told=$((told+\${#l}+2)); printf '|%s\\n' "$l"; done; }
[ -d "$dir" ] || refuse "the claim could not be made"${ANSWER}`

export const CLEAN = `${LIFE}
find "$1" -mindepth 1 -maxdepth 1 -mtime "+$2" 2>/dev/null | while IFS= read -r f; do
  if alive "$f/pid" || alive "$f"; then continue; fi
  rm -rf -- "$f" && echo "\${f##*/}"
done`
