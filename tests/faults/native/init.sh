#!/bin/bash
# The life of a native machine, from its boot to its power cut: init.sh FOLDER. It is the first process of name spaces
# of its own (mounts and processes). FOLDER holds the machine's disk, the agent, the configuration of sshd and the
# stand-ins. Prints "ready", and ends with its input.
set -e
folder=$1
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/sshd /run/systemd/system /run/lock /run/faults
mount --rbind "$folder" /run/faults
export PATH=/run/faults/bin:/usr/sbin:/usr/bin:/sbin:/bin
mount --bind /run/faults/boot_id /proc/sys/kernel/random/boot_id
mount -t tmpfs tmpfs /dev/mapper
mount -t cgroup2 cgroup2 /sys/fs/cgroup
group=/sys/fs/cgroup/$(cat /run/faults/group)
[ ! -e "$group" ] || find "$group" -depth -type d -exec rmdir {} +
mkdir -p "$group/system"

# Everything that lasts is on one disk: the datastore, the machine's own folder, and the units in /etc.
mount -t tmpfs -o mode=755 tmpfs /mnt
mkdir /mnt/disk /mnt/rediacc
loop=$(losetup --find --show /run/faults/disk)
echo "$loop" >> /run/faults/loops
mount "$loop" /mnt/disk
mkdir -p /mnt/disk/units /mnt/disk/datastore
mount --bind /mnt/disk/units /etc/systemd/system
mount --bind /mnt/disk/datastore /mnt/rediacc
mkdir -p -m 0700 /mnt/rediacc/{repositories,.operations,.credentials,.credentials/keys}
mkdir -p -m 0755 /mnt/rediacc/repos

# Nothing of this computer's own settings is read by the shells of sessions.
for place in /usr/local/lib /usr/local/bin /root /var/lib; do mount -t tmpfs -o mode=755 tmpfs $place; done
mkdir -p /usr/local/lib/rediacc /mnt/disk/lib/current /mnt/disk/machine /var/lib/rediacc
mount --bind /mnt/disk/lib /usr/local/lib/rediacc
mount --bind /mnt/disk/machine /var/lib/rediacc
ln -sf /run/faults/renet /usr/local/lib/rediacc/current/renet
ln -s /run/faults/renet /usr/local/bin/renet

/usr/sbin/sshd -E /run/faults/sshd.log -f /run/faults/sshd/config
[ ! -e /etc/systemd/system/multi-user.target.wants/rediacc-agent.service ] || systemctl start rediacc-agent.service
[ -e /run/faults/unsupervised ] || [ ! -e /etc/systemd/system/multi-user.target.wants/rediacc-autostart.service ] ||
  systemctl start rediacc-autostart.service
echo ready
while read -r _; do :; done
