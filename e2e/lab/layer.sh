#!/bin/bash
# shellcheck disable=SC1091,SC2016 # $(…) in quotes is for apt-get indextargets
# More packages for the nodes, as a layer over the file system of base.sh: layer.sh BASE DIRECTORY PACKAGE...
# None of their units starts by itself.
set -euo pipefail
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
# What is mounted on the way is gone with this process, however it ends.
[ -n "${LAB_OWN_MOUNTS:-}" ] || LAB_OWN_MOUNTS=1 exec unshare -m --propagation private "$0" "$@"
BASE=${1:?the file system to lay it over} LAYER=${2:?the directory to make}
shift 2
TMP="$LAYER.tmp.$$" LOG="$LAYER.log"
ROOT="$TMP/root"

say() { echo "lab: $*" >&2; }
give_up() {
  say "a layer with $PACKAGES could not be made: $1"
  [ ! -s "$LOG" ] || { tail -n 5 "$LOG" >&2; say "all of it is in $LOG"; }
  umount -l "$ROOT" 2>/dev/null
  rm -rf --one-file-system "$TMP"
  exit 1
}
sweep() { # what a killed build left behind
  local dir
  for dir in "$LAYER".tmp.*; do
    [ -d "$dir" ] && [ ! -d "/proc/${dir##*.}" ] && rm -rf --one-file-system "$dir"
  done
  return 0
}
install_packages() {
  apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Origin: Debian' 'Created-By: Packages' >"$ROOT/etc/apt/sources.list"
  cp /etc/resolv.conf "$ROOT/etc/resolv.conf"
  printf '#!/bin/sh\nexit 101\n' >"$ROOT/usr/sbin/policy-rc.d" # nothing is started while it is installed
  chmod +x "$ROOT/usr/sbin/policy-rc.d"
  unshare -m -p --fork chroot "$ROOT" bash -ec "
    mount -t proc proc /proc
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q
    apt-get install -qy --no-install-recommends $PACKAGES
    rm -rf /etc/apt/sources.list /etc/resolv.conf /usr/sbin/policy-rc.d
    rm -rf /var/lib/apt/lists/* /var/cache/apt/*" >>"$LOG" 2>&1 || give_up "apt-get failed"
}

PACKAGES="$*"
exec 9<"$(dirname "$LAYER")"
flock 9 # another run may be making it right now
[ ! -d "$LAYER" ] || exit 0
sweep
: >"$LOG"
trap 'give_up interrupted' INT TERM
say "adding $PACKAGES to the nodes, once"
mkdir -p "$TMP"/{upper,work,root}
mount -t overlay layer -o "lowerdir=$BASE,upperdir=$TMP/upper,workdir=$TMP/work" "$ROOT" || give_up "no overlay could be mounted"
install_packages
umount "$ROOT"
rm -rf "$TMP"/upper/etc/systemd/system/*.wants # Debian enables everything
mv -T "$TMP/upper" "$LAYER"
rm -rf --one-file-system "$TMP"
rm -f "$LOG"
say "made after $SECONDS s: $(du -sh "$LAYER" | tr '\t' ' ')"
