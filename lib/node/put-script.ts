/**
 * The temporary file stands beside the target, so that the rename is one step; mktemp makes it 0600 under a name that nobody can foresee.
 * stdin is hashed: a link cut half-way looks like its end. A link as target is followed, as an editor would.
 * The old version is kept as "<target>.moyai-old", also for a rename back: one, the last, or a directory would fill with them;
 * it is a link to the same file, so that nothing is copied and its owner, mode and times stay.
 * All of it is in busybox, too; SELinux labels are set anew where restorecon is.
 */
export const PUT = `
target=$1 mode=$2 sum=$3; shift 3
fail() { echo "put failed $1"; exit 0; }
hash() { sha256sum <"$1" | cut -d" " -f1; }
if [ -L "$target" ]; then target=$(readlink -f "$target") || fail "the link leads nowhere"; fi
[ ! -d "$target" ] || fail "a directory has this name"
umask 077
tmp=$(mktemp "$target.moyai-XXXXXXXX") || fail "no temporary file beside it"
trap 'rm -f "$tmp" "$tmp.out" "$tmp.err"' EXIT
trap 'exit 74' HUP INT TERM PIPE
cat >"$tmp" || fail "no room"
[ "$(hash "$tmp")" = "$sum" ] || { echo "put short"; exit 0; }
if [ -f "$target" ] && [ "$(hash "$target")" = "$sum" ] && [ "$(stat -c %a "$target")" = "$mode" ]; then echo "put unchanged"; exit 0; fi
if [ $# -gt 0 ]; then
  code=0; "$@" "$tmp" >"$tmp.out" 2>"$tmp.err" </dev/null || code=$?
  if [ $code -ne 0 ]; then echo "put refused $code"; head -c 65536 "$tmp.out"; head -c 65536 "$tmp.err" >&2; exit 0; fi
fi
kept=
if [ -e "$target" ]; then
  owner=$(stat -c %u:%g "$target") && chown "$owner" "$tmp" || fail "its owner could not be kept"
  kept=$target.moyai-old; rm -f "$kept"
  ln "$target" "$kept" 2>/dev/null || cp -p "$target" "$kept" || fail "the old version could not be kept"
fi
chmod "$mode" "$tmp" || fail "its mode could not be set"
sync "$tmp" 2>/dev/null
mv -f "$tmp" "$target" || fail "it could not be renamed"
! command -v restorecon >/dev/null || restorecon "$target" 2>/dev/null
echo "put written $kept"`
