#!/bin/bash
# Real nodes out of namespaces: systemd as PID 1, sshd as Debian ships it, OCF agents, no Pacemaker. Only the plumbing is
# here; lab.ts drives it, base.sh makes the nodes' file system.
#   lab.sh up N | disks N (what up would make first) | down | power-off NODE | power-on NODE | boot NODE | cut NODE | heal NODE | status | pid NODE | exec NODE CMD...
#   lab.sh cut-from NODE panel|peers|all | cut-pair NODE OTHER | heal-from NODE     h0 is the panel
# Environment: LAB_NAME (prefix of network namespaces and cgroup), LAB (directory of this run), LAB_BASE (from base.sh);
# for the nodes of ipvs-lab.ts: LAB_NODES (names instead of h1…h9), LAB_SECOND (those with a leg in a second network, where h0
# is too), LAB_UPLINK (an interface that is put into the switch, for a panel with LAB_PANEL_MAC), LAB_WAIT_S (how long a node may take to answer ssh).
set -u
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
NAME=${LAB_NAME:?} RUN=${LAB:?} BASE=${LAB_BASE:?}
SELF=$(readlink -f "$0")
read -r -a NODES <<<"${LAB_NODES:-$(echo h{1..9})}"
NETS=(10.77.0 10.78.0)
NET=${NETS[0]} # h0, where panel and browser live, is .10; hN is .1N; power switch .9, BMCs .2N; service addresses are from .100
MAC=52:54:00:4d:00 # the last but one is the network; the switch's and the power switch's own is :09, h0's :10, hN's :1N
CGROUP=/sys/fs/cgroup
[ ! -e $CGROUP/unified/cgroup.procs ] || CGROUP=$CGROUP/unified # beside cgroup v1

# What a node in namespaces cannot do, or what would only slow its boot.
MASKED=(
  getty.target getty@.service console-getty.service keyboard-setup.service systemd-logind.service systemd-udevd.service
  systemd-resolved.service systemd-timesyncd.service systemd-networkd.service systemd-journal-flush.service
  systemd-modules-load.service modprobe@.service systemd-remount-fs.service systemd-binfmt.service
  proc-sys-fs-binfmt_misc.automount sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount
  sys-fs-fuse-connections.mount dev-hugepages.mount dev-mqueue.mount
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer
)

die() { echo "lab $NAME: $*" >&2; exit 1; }
[ -e $CGROUP/cgroup.procs ] || # "ip netns exec" hides them behind a /sys of its own
  die "cgroups cannot be seen from here; enter the management namespace with nsenter --net=/run/netns/$NAME-h0"
number_of() { # of the node among all, from 1; h0 is 0
  local i
  [ "$1" != h0 ] || echo 0
  for i in "${!NODES[@]}"; do [ "${NODES[i]}" != "$1" ] || echo $((i + 1)); done
}
address_of() { echo "${NETS[${2:-0}]}.1$(number_of "$1")"; }
mac_of() { echo "${MAC%:*}:0${2:-0}:1$(number_of "$1")"; }
legs_of() { [[ " h0 ${LAB_SECOND:-} " == *" $1 "* && -n ${LAB_SECOND:-} ]] && echo 0 1 || echo 0; }
nodes() {
  local node
  for node in "${NODES[@]}"; do [ ! -d "$RUN/$node" ] || echo "$node"; done
}
pid_of() { # of a node's PID 1; a number that another process got since is not believed
  local pid
  pid=$(cat "$RUN/$1/pid" 2>/dev/null) || return 1
  grep -qs "^0::/$NAME/$1\(/\|$\)" "/proc/$pid/cgroup" && grep -qs '^State:[[:space:]]*[^ZX]' "/proc/$pid/status" && echo "$pid"
}

plug() { # the cable from the switch to eth$2 of $1, in the network namespace $3
  ip -n "$NAME-net" link add "$1.$2" type veth peer name "eth$2" address "$(mac_of "$1" "$2")" netns "$3" || die "no cable for $1"
  [ "$2" != 0 ] || filter "$1"
  ip -n "$NAME-net" link set "$1.$2" master "br$2" up
}
net_up() {
  local leg
  ip netns add "$NAME-net" || die "its network namespace could not be made"
  ip netns add "$NAME-h0" || die "the management namespace could not be made"
  ip -n "$NAME-net" link set lo up
  ip -n "$NAME-net" link add br0 address $MAC:09 type bridge forward_delay 0 stp_state 0 mcast_snooping 0 || die "no bridge"
  ip -n "$NAME-net" addr add "$NET.9/24" brd + dev br0
  ip -n "$NAME-net" link set br0 up
  ip -n "$NAME-net" link add sink type veth peer name sink.0 # what goes in is lost
  ip -n "$NAME-net" link set sink up arp off
  ip -n "$NAME-net" link set sink.0 up arp off
  ip -n "$NAME-h0" link set lo up
  [ -z "${LAB_SECOND:-}" ] || ip -n "$NAME-net" link add br1 up type bridge forward_delay 0 stp_state 0 mcast_snooping 0 || die "no second bridge"
  for leg in $(legs_of h0); do
    plug h0 "$leg" "$NAME-h0"
    ip -n "$NAME-h0" addr add "$(address_of h0 "$leg")/24" brd + dev "eth$leg"
    ip -n "$NAME-h0" link set "eth$leg" up
  done
  [ -z "${LAB_UPLINK:-}" ] || uplink || die "no $LAB_UPLINK"
}
# Only what is for the panel goes out there. QEMU's user network does not look at MAC addresses: what the switch floods, for the port
# of a node without power is gone, it would answer with a RST, in the name of the service address.
uplink() {
  ip link set "$LAB_UPLINK" netns "$NAME-net" && ip -n "$NAME-net" link set "$LAB_UPLINK" master br0 up &&
    ip -n "$NAME-net" link set "$LAB_UPLINK" type bridge_slave flood off &&
    bridge -n "$NAME-net" fdb replace "${LAB_PANEL_MAC:?}" dev "$LAB_UPLINK" master static
}

make_disk() { # what makes a node itself, before its first boot
  local node=$1 dir="$RUN/$1" etc="$RUN/$1/upper/etc" unit i
  local root="$dir/upper/root"
  mkdir -p "$dir"/{work,root} "$etc/ssh" "$etc/systemd/system" "$etc/systemd/system-preset" "$root/.ssh" "$dir/upper/var/www/html"
  echo "$node" >"$etc/hostname"
  echo "$node" >"$dir/upper/var/www/html/index.html"
  { echo "127.0.0.1 localhost"; for i in h0 "${NODES[@]}"; do echo "$(address_of "$i") $i"; done; } >"$etc/hosts"
  : >"$etc/resolv.conf"
  tr -d - </proc/sys/kernel/random/uuid >"$etc/machine-id" # systemd would take dbus' own, which is the base's
  mkdir -p "$dir/upper/var/lib/dbus"
  ln -s /etc/machine-id "$dir/upper/var/lib/dbus/machine-id"
  chmod 700 "$root" "$root/.ssh"
  install -m 600 "$RUN/control.pub" "$root/.ssh/authorized_keys"
  ssh-keygen -q -t ed25519 -N '' -C "$node" -f "$etc/ssh/ssh_host_ed25519_key"
  echo "$(address_of "$node") $(cut -d' ' -f1,2 "$etc/ssh/ssh_host_ed25519_key.pub")" >>"$RUN/known_hosts"
  for unit in "${MASKED[@]}"; do ln -sfn /dev/null "$etc/systemd/system/$unit"; done
  echo 'disable *' >"$etc/systemd/system-preset/00-lab.preset"
  printf '[Manager]\nDefaultTimeoutStopSec=10s\n' >"$etc/systemd/system.conf"
}

make_dev() { # a node's own /dev, below $1
  local dev="$1/dev" entry name major minor
  mount -t tmpfs -o mode=755 dev "$dev"
  mkdir -p "$dev"/{pts,shm,mqueue}
  for entry in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0; do
    IFS=: read -r name major minor <<<"$entry"
    mknod -m 666 "$dev/$name" c "$major" "$minor"
  done
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$dev/pts"
  ln -s pts/ptmx "$dev/ptmx"
  ln -s /proc/self/fd "$dev/fd"
  for entry in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${entry%:*}" "$dev/${entry#*:}"; done
}
make_root() { # the tree that becomes the node's /, below $2; the host's boot id is one for all, so each boot gets its own
  local dir=$1 root=$2 entry
  mount -t overlay lab -o "lowerdir=$(cat "$RUN/layer" 2>/dev/null)$BASE,upperdir=$dir/upper,workdir=$dir/work" "$root" || exit 90
  mount -t proc proc "$root/proc"
  mount -t sysfs -o ro sysfs "$root/sys"
  cat /proc/sys/kernel/random/uuid >"$dir/boot_id"
  mount --bind "$dir/boot_id" "$root/proc/sys/kernel/random/boot_id"
  mount -o remount,bind,ro "$root/proc/sys/kernel/random/boot_id"
  make_dev "$root"
  for entry in dev/shm:1777 run:755 tmp:1777; do mount -t tmpfs -o "mode=${entry#*:}" lab "$root/${entry%:*}"; done
  mkdir -p "$root/run/sshd" "$root/run/lock"
  # systemd wants to see cgroup v2 alone, whatever the host has
  mount -t tmpfs -o mode=755 cgroup "$root/sys/fs/cgroup"
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup" || exit 93
}
cmd__init() { # inside the new namespaces: becomes the node's PID 1
  local node=$1 dir="$RUN/$1" root="$RUN/$1/root" pid i leg
  read -r pid _ </proc/self/stat # the host's /proc still: the number out there
  echo "$pid" >"$dir/pid.new"
  mv "$dir/pid.new" "$dir/pid"
  hostname "$node"
  mount --make-rprivate /
  make_root "$dir" "$root"
  ip link set lo up
  for leg in $(legs_of "$node"); do
    for i in {1..500}; do [ ! -e "$root/sys/class/net/eth$leg" ] || break; sleep 0.02; done
    ip addr add "$(address_of "$node" "$leg")/24" brd + dev "eth$leg" || exit 94
    ip link set "eth$leg" up
  done
  cd "$root" || exit 91
  mkdir -p .old
  pivot_root . .old || exit 92
  umount -l /.old
  cd /
  exec env -i container=lab PATH="$PATH" /lib/systemd/systemd --system --log-target=journal-or-kmsg --show-status=no \
    --unit=multi-user.target </dev/null >/dev/null 2>&1
}

# Who is cut from whom: a line "NODE OTHER" for each pair in $RUN/cuts, "power" being what the switch itself answers for. Told
# apart by MAC addresses, so service addresses are cut too. The sink, because not every kernel has tc's drop.
macs_of() { # what $1 of a cut sends from
  case "$1" in
    power) echo $MAC:09 ;;
    h0) mac_of h0; echo "${LAB_PANEL_MAC:-}" ;;
    *) mac_of "$1" ;;
  esac
}
filter() { # what the port of $1 lets out; it stays so when the node boots again
  local port="$1.0" one other key mac
  ip -n "$NAME-net" link show "$port" >/dev/null 2>&1 || return 0
  tc -n "$NAME-net" qdisc del dev "$port" clsact 2>/dev/null
  tc -n "$NAME-net" qdisc add dev "$port" clsact || die "no filter for $port"
  while read -r one other; do
    case "$1" in "$one") key=$other ;; "$other") key=$one ;; *) continue ;; esac
    for mac in $(macs_of "$key"); do
      tc -n "$NAME-net" filter add dev "$port" egress protocol all u32 match ether src "$mac" action mirred egress redirect dev sink ||
        die "no filter for $port"
    done
  done < <(cat "$RUN/cuts" 2>/dev/null)
}
filter_all() {
  local node
  for node in h0 $(nodes); do filter "$node"; done
}
cut_from() {
  local node=$1 other others=()
  [[ $node == h0 || -d $RUN/$node ]] || die "there is no node $node"
  case "$2" in panel | peers | all) ;; *) die "cut from panel, peers or all, not $2" ;; esac
  [[ $2 == peers || $node == h0 ]] || others+=(h0)
  [ "$2" = panel ] || for other in $(nodes); do [ "$other" = "$node" ] || others+=("$other"); done
  [ "$2" != all ] || others+=(power)
  for other in "${others[@]}"; do echo "$node $other"; done >>"$RUN/cuts"
  filter_all
}
cut_pair() { # only these two, so that heal-from of the first takes it back
  [[ -d $RUN/$1 && -d $RUN/$2 && $1 != "$2" ]] || die "two nodes, not $1 and $2"
  echo "$1 $2" >>"$RUN/cuts"
  filter_all
}
heal_from() { # only what was cut from it by its own name
  [ ! -e "$RUN/cuts" ] || sed -i "/^$1 /d" "$RUN/cuts"
  filter_all
}

power_on() {
  local node=$1 dir="$RUN/$1" pid i leg
  [ -d "$dir/upper" ] || die "there is no node $node"
  pid_of "$node" >/dev/null && return
  rm -rf "$dir/pid" "$dir/work"
  mkdir -p "$dir/work" "$dir/root" "$CGROUP/$NAME/$node" || die "no cgroup or no folder for $node"
  ( # the cgroup is joined first, so that the node's cgroup namespace is rooted there
    echo "$BASHPID" >"$CGROUP/$NAME/$node/cgroup.procs" || exit 95
    exec setsid unshare -m -u -i -n -p -C --fork --propagation private "$SELF" _init "$node" </dev/null >"$dir/console.log" 2>&1
  ) &
  disown
  for i in {1..500}; do [ ! -s "$dir/pid" ] || break; sleep 0.02; done
  pid=$(pid_of "$node") || die "$node did not start: $(cat "$dir/console.log")"
  # The node's network namespace has no name: a name would keep a dead node's addresses alive. Its MAC address stays the
  # same over boots, or stale ARP entries shut it out.
  for leg in $(legs_of "$node"); do plug "$node" "$leg" "$pid"; done
}
power_off() { # the wire goes first, then everything at once
  local node=$1 pid i leg
  for leg in $(legs_of "$node"); do ip -n "$NAME-net" link del "$node.$leg" 2>/dev/null; done
  pid=$(pid_of "$node") || return 0
  kill -KILL "$pid"
  for i in {1..250}; do [ -d "/proc/$pid" ] || break; sleep 0.02; done
  rm -f "$RUN/$node/pid"
}
wait_ssh() {
  local node wait=${LAB_WAIT_S:-30}
  local end=$((SECONDS + wait))
  for node in "$@"; do
    until ip netns exec "$NAME-h0" bash -c "exec 3<>/dev/tcp/$(address_of "$node")/22 && read -t 2 -u 3 l && [[ \$l == SSH-* ]]" 2>/dev/null; do
      [ $SECONDS -le $end ] || die "$node does not answer ssh after $wait s: $(cat "$RUN/$node/console.log")"
      sleep 0.05
    done
  done
}

make_disks() { # those that are not there yet, of the first $1 nodes
  local count=$1 node
  mkdir -p "$RUN"
  chmod 700 "$RUN"
  [ -e "$RUN/control.pub" ] || ssh-keygen -q -t ed25519 -N '' -C lab -f "$RUN/control"
  for node in "${NODES[@]:0:count}"; do [ -d "$RUN/$node/upper" ] || make_disk "$node"; done
}
cmd_up() {
  local count=$1 node all
  [[ $count == [1-9] && $count -le ${#NODES[@]} ]] || die "1 to 9 nodes, not $count"
  [ -e "$BASE/.built" ] || die "there is no file system for the nodes at $BASE"
  make_disks "$count"
  net_up
  all=("${NODES[@]:0:count}")
  for node in "${all[@]}"; do power_on "$node"; done
  wait_ssh "${all[@]}"
}
cmd_down() { # also after a run that was killed: whatever of this name is left goes
  local node i
  for node in $(nodes); do power_off "$node"; done
  for i in h0 net; do # what tests left there: panel, browser, power switch
    ip netns pids "$NAME-$i" 2>/dev/null | xargs -r kill -KILL 2>/dev/null
  done
  ip netns del "$NAME-h0" 2>/dev/null
  ip netns del "$NAME-net" 2>/dev/null
  for i in {1..50}; do # a cgroup can be removed some ms after its last process
    [ -d "$CGROUP/$NAME" ] || break
    find "$CGROUP/$NAME" -name cgroup.procs -print0 2>/dev/null | xargs -0 -r cat 2>/dev/null | xargs -r kill -KILL 2>/dev/null
    find "$CGROUP/$NAME" -depth -type d -exec rmdir {} + 2>/dev/null
    sleep 0.02
  done
  rm -rf --one-file-system "$RUN"
}
cmd_status() {
  local node pid
  for node in $(nodes); do
    if pid=$(pid_of "$node"); then echo "$node $(address_of "$node") on, pid $pid"; else echo "$node $(address_of "$node") off"; fi
  done
  ip netns list | grep "^$NAME-"
  ip -n "$NAME-net" -br link show master br0 2>/dev/null
}
cmd_exec() {
  local node=$1 pid
  shift
  pid=$(pid_of "$node") || die "$node is off"
  exec nsenter -t "$pid" -m -u -i -n -p -C --root --wd -- env -i PATH="$PATH" HOME=/root LC_ALL=C.UTF-8 "$@"
}
case "${1:-}" in
  up) cmd_up "${2:-3}" ;;
  disks) make_disks "$2" ;;
  down) cmd_down ;;
  _init) cmd__init "$2" ;;
  power-off) power_off "$2" ;;
  power-on) power_on "$2"; wait_ssh "$2" ;;
  boot) power_on "$2" ;;
  cut-from) cut_from "$2" "$3" ;;
  heal-from) heal_from "$2" ;;
  cut-pair) cut_pair "$2" "$3" ;;
  cut) for leg in $(legs_of "$2"); do ip -n "$NAME-net" link set "$2.$leg" nomaster; done ;;
  heal) for leg in $(legs_of "$2"); do ip -n "$NAME-net" link set "$2.$leg" master "br$leg" up; done ;;
  status) cmd_status ;;
  pid) pid_of "$2" ;;
  exec) shift; cmd_exec "$@" ;;
  *) sed -n '2,8p' "$SELF" >&2; exit 2 ;;
esac
