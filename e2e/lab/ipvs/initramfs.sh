#!/bin/busybox sh
# The first thing that runs in the machine: finds its disk, and takes what this run brings (a tar on the second) to /mnt.
export PATH=/bin
busybox mount -t proc proc /proc
busybox mount -t devtmpfs dev /dev
while read -r module; do busybox insmod "/modules/${module##*/}"; done </modules/order
i=0
while [ ! -b /dev/vdb ] && [ $i -lt 200 ]; do
  busybox usleep 50000
  i=$((i + 1))
done
busybox mount -t ext4 -o ro,noatime /dev/vda /root || exit 1
busybox mount -t tmpfs -o mode=755 run /root/mnt
busybox tar -xpf /dev/vdb -C /root/mnt || exit 1
busybox mount --move /dev /root/dev
busybox mount --move /proc /root/proc
exec busybox switch_root /root /bin/bash /mnt/init.sh
