#!/bin/bash
# Real nodes out of namespaces: systemd as PID 1, sshd with its default limits, OCF agents, no Pacemaker.
# Only the plumbing is here; lab.ts drives it. Facts behind it: systemd wants its own cgroup namespace and a pure cgroup2;
# a named netns would keep a dead node's addresses alive, so a node's is held by its processes only; MACs are fixed, or a
# node that comes back is shut out by stale ARP entries.
#   lab.sh build | up N | down | power-off NODE | power-on NODE | cut NODE | heal NODE | exec NODE CMD... | pid NODE
# Environment: LAB (directory of this run), LAB_NAME (prefix of netns and cgroup), LAB_BASE (the base file system).
set -u
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
NAME=${LAB_NAME:?} BASE=${LAB_BASE:?} RUN=${LAB:?}
SELF=$(readlink -f "$0")
NET=10.77.0 # h0 is .10, hN is .1N, service addresses from .100
FIRST="openssh-server iproute2 iputils-ping iputils-arping procps ca-certificates sudo"
THEN="systemd systemd-sysv dbus resource-agents apache2 bind9 bind9-dnsutils postfix curl"
MASKED="getty.target getty@.service console-getty.service systemd-logind.service systemd-udevd.service systemd-resolved.service
 systemd-timesyncd.service systemd-networkd.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer
 systemd-journal-flush.service sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount dev-hugepages.mount dev-mqueue.mount
 sys-fs-fuse-connections.mount modprobe@.service systemd-modules-load.service keyboard-setup.service systemd-remount-fs.service
 proc-sys-fs-binfmt_misc.automount systemd-binfmt.service"
die() { echo "lab: $*" >&2; exit 1; }
cgroot() { if mountpoint -q /sys/fs/cgroup/unified; then echo /sys/fs/cgroup/unified; else echo /sys/fs/cgroup; fi; }
pid_of() { local p; p=$(cat "$RUN/$1/pid" 2>/dev/null) && [ -n "$p" ] && grep -q "^State:[[:space:]]*[^ZX]" "/proc/$p/status" 2>/dev/null && echo "$p"; }
nodes() { local d; for d in "$RUN"/h[1-9]; do [ -d "$d" ] && basename "$d"; done; }

cmd_build() { # atomic: made beside its place and renamed
  [ -e "$BASE/.built" ] && return
  local tmp="$BASE.tmp.$$" mirror
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Codename: bookworm' 'Created-By: Packages' | head -n1)
  [ -n "$mirror" ] || mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n1)
  echo "lab: building the nodes' file system (once, about two minutes)" >&2
  mkdir -p "$tmp"
  # shellcheck disable=SC2086
  debootstrap --variant=minbase --include="$(echo $FIRST | tr ' ' ,)" bookworm "$tmp" "$mirror" >"$tmp.log" 2>&1 || die "debootstrap failed: $(tail -n 3 "$tmp.log")"
  cp /etc/apt/sources.list.d/*.sources "$tmp/etc/apt/sources.list.d/" 2>/dev/null && : >"$tmp/etc/apt/sources.list"
  printf '#!/bin/sh\nexit 101\n' >"$tmp/usr/sbin/policy-rc.d"; chmod +x "$tmp/usr/sbin/policy-rc.d"
  printf 'path-exclude=/usr/share/man/*\npath-exclude=/usr/share/doc/*\npath-exclude=/usr/share/locale/*\nforce-unsafe-io\n' >"$tmp/etc/dpkg/dpkg.cfg.d/lean"
  unshare -m -p --fork chroot "$tmp" bash -c "mount -t proc proc /proc; export DEBIAN_FRONTEND=noninteractive LC_ALL=C
    echo 'postfix postfix/main_mailer_type select Local only' | debconf-set-selections
    apt-get update -qq && apt-get install -y --no-install-recommends $(echo $THEN) && apt-get clean || exit 1
    systemctl disable apache2 named postfix apache-htcacheclean 2>/dev/null; systemctl enable ssh
    useradd -m -s /bin/bash admin && echo admin:moyai-lab-admin | chpasswd && echo 'admin ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/admin && chmod 440 /etc/sudoers.d/admin" >>"$tmp.log" 2>&1 || die "installing failed: $(tail -n 5 "$tmp.log")"
  rm -f "$tmp/usr/sbin/policy-rc.d"; touch "$tmp/.built"; rm -f "$tmp.log"
  mv -T "$tmp" "$BASE" 2>/dev/null || rm -rf "$tmp" # another run was first
}

net_up() {
  ip netns add "$NAME-net" && ip netns add "$NAME-h0" || die "the namespaces could not be made"
  ip -n "$NAME-h0" link set lo up; ip -n "$NAME-net" link set lo up
  ip -n "$NAME-net" link add br0 type bridge forward_delay 0 stp_state 0 mcast_snooping 0
  ip -n "$NAME-net" link set br0 up
  ip -n "$NAME-net" link add h0.0 type veth peer name eth0 netns "$NAME-h0"
  ip -n "$NAME-net" link set h0.0 master br0 up
  ip -n "$NAME-h0" addr add $NET.10/24 dev eth0; ip -n "$NAME-h0" link set eth0 up
}

make_disk() { # what makes a node itself, before its first boot
  local n=$1 d="$RUN/$1" u="$RUN/$1/upper" i
  mkdir -p "$d"/{work,root} "$u"/etc/ssh "$u"/root/.ssh "$u"/etc/systemd/system "$u"/var/www/html "$u"/etc/systemd/system-preset
  echo "$n" >"$u/etc/hostname"; echo "$n" >"$u/var/www/html/index.html"
  { echo "127.0.0.1 localhost"; for i in 0 1 2 3 4 5 6 7 8 9; do echo "$NET.1$i h$i"; done; } >"$u/etc/hosts"
  : >"$u/etc/resolv.conf"; : >"$u/etc/machine-id"
  chmod 700 "$u/root/.ssh" "$u/root"; cp "$RUN/control.pub" "$u/root/.ssh/authorized_keys"; chmod 600 "$u/root/.ssh/authorized_keys"
  ssh-keygen -q -t ed25519 -N '' -C "$n" -f "$u/etc/ssh/ssh_host_ed25519_key"
  printf '%s\n' "HostKey /etc/ssh/ssh_host_ed25519_key" "PermitRootLogin prohibit-password" "UsePAM no" "UseDNS no" "Subsystem sftp internal-sftp" >"$u/etc/ssh/sshd_config"
  for i in $MASKED; do ln -sfn /dev/null "$u/etc/systemd/system/$i"; done
  echo 'disable *' >"$u/etc/systemd/system-preset/00-lab.preset"
  printf '[Manager]\nDefaultTimeoutStopSec=10s\n' >"$u/etc/systemd/system.conf"
}

cmd__init() { # inside the new namespaces: becomes the node's PID 1
  local n=$1 d="$RUN/$1" r="$RUN/$1/root" p i a b c
  read -r p _ </proc/self/stat; echo "$p" >"$d/pid.new"; mv "$d/pid.new" "$d/pid"
  hostname "$n"; mount --make-rprivate /
  mount -t overlay "$n" -o "lowerdir=$BASE,upperdir=$d/upper,workdir=$d/work" "$r" || exit 90
  mount -t proc proc "$r/proc"; mount -t sysfs -o ro sysfs "$r/sys"
  cat /proc/sys/kernel/random/uuid >"$d/boot_id"; mount --bind "$d/boot_id" "$r/proc/sys/kernel/random/boot_id" # the host's is one for all
  mount -t tmpfs -o mode=755 dev "$r/dev"; mkdir -p "$r"/dev/{pts,shm,mqueue}
  for i in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0; do IFS=: read -r a b c <<<"$i"; mknod -m 666 "$r/dev/$a" c "$b" "$c"; done
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$r/dev/pts"; ln -s pts/ptmx "$r/dev/ptmx"
  ln -s /proc/self/fd "$r/dev/fd"; ln -s /proc/self/fd/0 "$r/dev/stdin"; ln -s /proc/self/fd/1 "$r/dev/stdout"; ln -s /proc/self/fd/2 "$r/dev/stderr"
  for i in dev/shm:1777 run:755 tmp:1777; do mount -t tmpfs -o "mode=${i#*:}" lab "$r/${i%:*}"; done
  mkdir -p "$r/run/sshd" "$r/run/lock"
  mount -t tmpfs -o mode=755 cg "$r/sys/fs/cgroup" 2>/dev/null; mount -t cgroup2 cgroup2 "$r/sys/fs/cgroup"
  i=0; until [ -e "$r/sys/class/net/eth0" ] || [ $i -ge 200 ]; do sleep 0.02; i=$((i+1)); done
  ip link set lo up; ip addr add "$NET.1${n#h}/24" brd + dev eth0; ip link set eth0 up
  cd "$r" || exit 91; mkdir -p .old; pivot_root . .old || exit 92; umount -l /.old; cd /
  exec env -i container=lab PATH="$PATH" /lib/systemd/systemd --system --log-target=journal-or-kmsg --show-status=no --unit=multi-user.target </dev/null >/dev/null 2>&1
}

power_on() {
  local n=$1 d="$RUN/$1" p i cg; cg=$(cgroot)
  pid_of "$n" >/dev/null && return
  rm -f "$d/pid"; rm -rf "$d/work"; mkdir -p "$d/work" "$d/root" "$cg/$NAME/$n"
  ( echo $BASHPID >"$cg/$NAME/$n/cgroup.procs" # joined first, so that its cgroup namespace is rooted there
    exec setsid env LAB="$RUN" LAB_NAME="$NAME" LAB_BASE="$BASE" unshare -m -u -i -n -p -C --fork --propagation private "$SELF" _init "$n" </dev/null >"$d/console.log" 2>&1 ) &
  disown
  i=0; until [ -s "$d/pid" ]; do sleep 0.02; i=$((i+1)); [ $i -gt 500 ] && die "$n did not start: $(cat "$d/console.log")"; done
  p=$(cat "$d/pid")
  ip -n "$NAME-net" link add "$n.0" type veth peer name eth0 address "52:54:00:4d:00:1${n#h}" netns "$p" || die "no cable for $n"
  ip -n "$NAME-net" link set "$n.0" master br0 up
}
power_off() { # the wire goes first, then everything at once
  local n=$1 p i
  ip -n "$NAME-net" link del "$n.0" 2>/dev/null
  p=$(pid_of "$n") || return 0
  kill -9 "$p"; i=0; while [ -d "/proc/$p" ] && [ $i -lt 250 ]; do sleep 0.02; i=$((i+1)); done
  rm -f "$RUN/$n/pid"
}
wait_ssh() {
  local n t=$((SECONDS+30))
  for n in "$@"; do until ip netns exec "$NAME-h0" bash -c "exec 3<>/dev/tcp/$NET.1${n#h}/22 && read -t 2 -u 3 l && [[ \$l == SSH-* ]]" 2>/dev/null; do
    [ $SECONDS -gt $t ] && die "$n: no ssh after 30 s"; sleep 0.05; done; done
}
cmd_up() {
  local i all=""
  [ -e "$BASE/.built" ] || cmd_build
  mkdir -p "$RUN"; [ -e "$RUN/control" ] || ssh-keygen -q -t ed25519 -N '' -C lab -f "$RUN/control"
  net_up
  for i in $(seq "$1"); do make_disk "h$i"; power_on "h$i"; all="$all h$i"; done
  # shellcheck disable=SC2086
  wait_ssh $all
}
cmd_down() { # also after a run that was killed: whatever of this name is left goes
  local n p i cg; cg=$(cgroot)
  for n in $(nodes); do power_off "$n"; done
  for p in $(ip netns pids "$NAME-h0" 2>/dev/null); do kill -9 "$p" 2>/dev/null; done
  ip netns del "$NAME-h0" 2>/dev/null; ip netns del "$NAME-net" 2>/dev/null
  for i in 1 2 3 4 5 6 7 8 9 10; do [ -d "$cg/$NAME" ] || break
    [ "$i" -gt 1 ] && find "$cg/$NAME" -name cgroup.procs -exec cat {} + 2>/dev/null | xargs -r kill -9 2>/dev/null
    find "$cg/$NAME" -depth -type d -exec rmdir {} + 2>/dev/null; sleep 0.05; done
  rm -rf "$RUN"
}
case "${1:-}" in
  build) cmd_build;; up) cmd_up "${2:-3}";; down) cmd_down;; _init) cmd__init "$2";;
  power-off) power_off "$2";; power-on) power_on "$2"; wait_ssh "$2";;
  cut) ip -n "$NAME-net" link set "$2.0" nomaster;; heal) ip -n "$NAME-net" link set "$2.0" master br0 up;;
  pid) pid_of "$2";;
  exec) shift; n=$1; shift; p=$(pid_of "$n") || die "$n is not running"
        exec nsenter -t "$p" -m -u -i -n -p -C --root --wd -- env -i PATH="$PATH" HOME=/root LC_ALL=C.UTF-8 "$@";;
  *) sed -n '2,8p' "$SELF"; exit 2;;
esac
