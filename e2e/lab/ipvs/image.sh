#!/bin/bash
# shellcheck disable=SC2016 # $myhostname is for Postfix
# What the machine of ipvs-lab.ts boots, made once: image.sh BASE LAYER DIRECTORY. A kernel, an initramfs and the nodes' file
# system (that of base.sh with the layer over it), which none of its nodes writes to. Names in the cache are as in lab.ts.
set -euo pipefail
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
# What is mounted on the way is gone with this process, however it ends.
[ -n "${LAB_OWN_MOUNTS:-}" ] || LAB_OWN_MOUNTS=1 exec unshare -m --propagation private "$0" "$@"
BASE=${1:?the nodes file system} LAYER=${2:?the layer over it} IMAGE=${3:?the directory to make}
HERE=$(dirname "$(readlink -f "$0")")
TMP="$IMAGE.tmp.$$" LOG="$IMAGE.log"
ROOT="$TMP/root"
KERNEL=linux-image-cloud-amd64 # the small one; it has IPVS, and neither 9p nor gfs2

say() { echo "lab: $*" >&2; }
give_up() {
  say "the machine with IPVS could not be made: $1"
  [ ! -s "$LOG" ] || { tail -n 5 "$LOG" >&2; say "all of it is in $LOG"; }
  umount -l "$ROOT" 2>/dev/null
  rm -rf --one-file-system "$TMP"
  exit 1
}
sweep() { # what a killed build left behind
  local dir
  for dir in "$IMAGE".tmp.*; do
    [ -d "$dir" ] && [ ! -d "/proc/${dir##*.}" ] && rm -rf --one-file-system "$dir"
  done
  return 0
}

# Unpacked only: what Debian does after installing one is for machines with a boot loader.
fetch_kernel() {
  local package
  package=$(apt-cache depends "$KERNEL" | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p' | head -n1)
  [ -n "$package" ] || give_up "apt knows no $KERNEL"
  (cd "$TMP" && apt-get download -q -o APT::Sandbox::User=root "$package") >>"$LOG" 2>&1
}
unpack_kernel() {
  fetch_kernel || { apt-get update -q >>"$LOG" 2>&1 && fetch_kernel; } || give_up "the kernel could not be fetched"
  dpkg-deb -x "$TMP"/linux-image-*.deb "$TMP/kernel"
  rm "$TMP"/linux-image-*.deb
  VERSION=$(ls "$TMP/kernel/lib/modules")
  mv "$TMP/kernel/boot/vmlinuz-$VERSION" "$TMP/vmlinuz"
  mkdir -p "$ROOT/usr/lib/modules"
  mv "$TMP/kernel/lib/modules/$VERSION" "$ROOT/usr/lib/modules/"
  chroot "$ROOT" depmod "$VERSION"
}
# Units that would only slow the nodes' boot: emulated, each program that starts takes 50 ms or more.
mask_units() {
  local unit
  for unit in e2scrub_reap logd kmod-static-nodes ldconfig systemd-sysusers systemd-update-utmp systemd-update-utmp-runlevel \
    systemd-tmpfiles-setup-dev systemd-random-seed systemd-pstore; do
    ln -sfn /dev/null "$ROOT/etc/systemd/system/$unit.service"
  done
}
# What a real server serves, each only when it is started: apache2 (its page is the node's name; "Client" is who asks, over
# https too), named (zone lab.test; the node's name is "hostname.bind CH TXT"), postfix (greets with the node's name).
configure_servers() {
  local etc="$ROOT/etc"
  chroot "$ROOT" openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=lab.test -keyout /etc/ssl/private/lab.pem \
    -out /etc/ssl/lab.crt >>"$LOG" 2>&1 || give_up "no certificate"
  cat >"$etc/apache2/conf-available/lab.conf" <<'END'
ServerName localhost
Header always set Client "expr=%{REMOTE_ADDR}"
<VirtualHost *:443>
  SSLEngine on
  SSLCertificateFile /etc/ssl/lab.crt
  SSLCertificateKeyFile /etc/ssl/private/lab.pem
</VirtualHost>
END
  echo 'zone "lab.test" { type primary; file "/etc/bind/db.lab.test"; };' >>"$etc/bind/named.conf.local"
  printf '$TTL 60\n@ IN SOA ns root ( 1 3600 600 86400 60 )\n IN NS ns\nns IN A 10.77.0.100\nwww IN A 10.77.0.100\n' >"$etc/bind/db.lab.test"
  chroot "$ROOT" bash -ec "
    a2enmod -q headers ssl
    a2enconf -q lab
    postconf -e inet_interfaces=all 'smtpd_banner=\$myhostname ESMTP'
    postconf -X myhostname
    rm -f /etc/rc?.d/S*ipvsadm" >>"$LOG" 2>&1 || give_up "the servers could not be configured"
}
make_initramfs() {
  local dir="$TMP/initramfs" file
  mkdir -p "$dir"/{bin,dev,proc,sys,run,root,modules}
  cp "$ROOT/bin/busybox" "$dir/bin/busybox"
  install -m 755 "$HERE/initramfs.sh" "$dir/init"
  for file in virtio_pci virtio_blk ext4; do # what is built in needs no insmod
    chroot "$ROOT" modprobe -S "$VERSION" --show-depends "$file" | sed -n 's/^insmod //p'
  done | awk '!seen[$1]++ { print $1 }' >"$dir/modules/order"
  while read -r file; do cp "$ROOT$file" "$dir/modules/"; done <"$dir/modules/order"
  (cd "$dir" && find . | "$ROOT/bin/busybox" cpio -o -H newc 2>/dev/null | gzip -1) >"$TMP/initramfs.gz"
}

mkdir -p "$(dirname "$IMAGE")"
exec 9<"$(dirname "$IMAGE")"
flock 9 # another run may be making it right now
[ ! -d "$IMAGE" ] || exit 0
sweep
: >"$LOG"
trap 'give_up interrupted' INT TERM
say "making the machine with IPVS, once; about a minute and 700 MB"
mkdir -p "$TMP"/{upper,work,root}
mount -t overlay image -o "lowerdir=$LAYER:$BASE,upperdir=$TMP/upper,workdir=$TMP/work" "$ROOT" || give_up "no overlay could be mounted"
unpack_kernel
configure_servers
mask_units
make_initramfs
truncate -s 1G "$TMP/root.ext4"
mkfs.ext4 -q -F -O ^has_journal -m 0 -d "$ROOT" "$TMP/root.ext4" >>"$LOG" 2>&1 || give_up "mkfs.ext4 failed"
umount "$ROOT"
rm -rf --one-file-system "$TMP"/{upper,work,root,kernel,initramfs}
mv -T "$TMP" "$IMAGE"
rm -f "$LOG"
say "made after $SECONDS s: $(du -sh "$IMAGE" | tr '\t' ' ')"
