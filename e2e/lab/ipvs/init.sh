#!/bin/bash
# PID 1 of the machine: no systemd here, it is for the nodes. When it ends, so does the machine (panic=-1, -no-reboot).
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
exec </dev/null >/dev/console 2>&1
mount -t sysfs sys /sys
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mkdir -p /dev/pts /dev/shm
mount -t devpts -o mode=620,gid=5 devpts /dev/pts
for dir in run tmp; do mount -t tmpfs -o mode=1777 "$dir" "/$dir"; done
mkdir -p /run/sshd /run/netns
ln -s /proc/self/fd /dev/fd
modprobe -a virtio_net virtio_rng overlay veth bridge ip_vs || exit 1
ip link set lo up
/mnt/lab up 5 || exit 1
# In the switch's namespace, which is where the network card is; /sys stays, for cgroups. It answers when the nodes do.
nsenter --net=/run/netns/ipvs-net /usr/sbin/sshd -f /mnt/sshd_config || exit 1
while :; do sleep 3600; done
