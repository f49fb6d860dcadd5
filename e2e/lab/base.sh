#!/bin/bash
# shellcheck disable=SC1091,SC2016 # $(…) in quotes is for apt-get indextargets
# The nodes' file system, made once: base.sh DIRECTORY. Its name in the cache is a digest of this file (lab.ts), so that
# whatever is changed here makes a new one. Debian packages come from where this machine's own apt gets them.
set -euo pipefail
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
# What is mounted on the way is gone with this process, however it ends.
[ -n "${LAB_OWN_MOUNTS:-}" ] || LAB_OWN_MOUNTS=1 exec unshare -m --propagation private "$0" "$@"
BASE=${1:?the directory to make} TMP="$1.tmp.$$" LOG="$1.log"

# With these a node can be logged in to; then what tests drive. No Pacemaker: agents must run without it. kmod and psmisc
# are what the Filesystem agent asks for.
FIRST=(openssh-server iproute2 iputils-ping iputils-arping procps ca-certificates sudo)
THEN=(systemd systemd-sysv dbus resource-agents apache2 bind9 bind9-dnsutils postfix curl kmod psmisc)

say() { echo "lab: $*" >&2; }
give_up() {
  say "the nodes' file system could not be made: $1"
  [ ! -s "$LOG" ] || { tail -n 5 "$LOG" >&2; say "all of it is in $LOG"; }
  rm -rf --one-file-system "$TMP"
  exit 1
}
sweep() { # what a killed build left behind
  local dir
  for dir in "$BASE".tmp.*; do
    [ -d "$dir" ] && [ ! -d "/proc/${dir##*.}" ] && rm -rf --one-file-system "$dir"
  done
  return 0
}
targets() { apt-get indextargets --format "$1" 'Origin: Debian' 'Created-By: Packages'; }

install_first() {
  local suite mirror
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  mirror=$(targets '$(RELEASE) $(REPO_URI)' | sed -n "s/^$suite //p" | head -n1)
  [ -n "$mirror" ] || give_up "apt has no list of Debian $suite; run apt-get update"
  (IFS=,; debootstrap --variant=minbase --include="${FIRST[*]}" "$suite" "$TMP" "$mirror") >>"$LOG" 2>&1 || give_up "debootstrap failed"
}
install_then() {
  local etc="$TMP/etc"
  targets 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' >"$etc/apt/sources.list"
  printf '#!/bin/sh\nexit 101\n' >"$TMP/usr/sbin/policy-rc.d" # nothing is started while it is installed
  chmod +x "$TMP/usr/sbin/policy-rc.d"
  printf 'path-exclude=/usr/share/%s/*\n' man doc locale >"$etc/dpkg/dpkg.cfg.d/lean"
  echo force-unsafe-io >>"$etc/dpkg/dpkg.cfg.d/lean"
  unshare -m -p --fork chroot "$TMP" bash -ec "
    mount -t proc proc /proc
    export DEBIAN_FRONTEND=noninteractive
    echo 'postfix postfix/main_mailer_type select Local only' | debconf-set-selections
    apt-get update -q
    apt-get install -qy --no-install-recommends ${THEN[*]}" >>"$LOG" 2>&1 || give_up "apt-get failed"
}
# Nothing but sshd starts by itself. Host keys are each node's own; the address of the mirror stays out of the nodes.
settle() {
  unshare -m -p --fork chroot "$TMP" bash -ec "
    systemctl disable apache2 named postfix apache-htcacheclean
    systemctl enable ssh
    useradd -m -s /bin/bash admin
    echo admin:moyai-lab-admin | chpasswd
    echo 'admin ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/admin
    chmod 440 /etc/sudoers.d/admin
    rm -rf /etc/ssh/ssh_host_* /etc/apt/sources.list /etc/resolv.conf /usr/sbin/policy-rc.d
    rm -rf /var/lib/apt/lists/* /var/cache/apt/*" >>"$LOG" 2>&1 || give_up "the last touches failed"
  touch "$TMP/.built"
}

mkdir -p "$(dirname "$BASE")"
exec 9<"$(dirname "$BASE")"
flock 9 # another run may be making it right now
[ ! -e "$BASE/.built" ] || exit 0
command -v debootstrap >/dev/null || give_up "debootstrap is missing; install it with apt-get install debootstrap"
sweep
: >"$LOG"
trap 'give_up interrupted' INT TERM
say "making the nodes' file system, once; one or two minutes and 350 MB"
install_first
say "the smallest Debian is there after $SECONDS s; now the packages"
install_then
settle
mv -T "$TMP" "$BASE"
rm -f "$LOG"
say "made after $SECONDS s: $(du -sh "$BASE" | tr '\t' ' ')"
