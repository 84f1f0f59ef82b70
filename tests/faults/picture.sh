#!/bin/bash
# Prints what a machine holds, a fact a line: picture PASSPHRASE... Lines that begin with "kept" last through a power
# cut, those with "now" do not, "inside" has what is in a volume; "left" is what must not be there between two
# operations. It asks nothing of the product, and starts few programs: on an emulated machine each takes a second.
cd /mnt/rediacc || exit
shopt -s nullglob
mounts=$(< /proc/self/mountinfo)

# Prints owners and files inside the folder of a mounted volume.
look() {
  local inside
  inside=$(
    cd "$1" && stat -c '%n %U %a' . .rediacc .rediacc/docker/containerd/* 2> /dev/null
    cat .rediacc.json 2> /dev/null
    find . -xdev -name '*.txt' -type f -exec cksum {} + | sort -k 3
  )
  echo "inside $name:" $inside
}

# Looks inside a volume that is not mounted, by whichever passphrase opens it.
look_inside() {
  mkdir -p /run/look
  for passphrase; do
    [ -e /dev/mapper/look ] || printf %s "$passphrase" | cryptsetup open --key-file - "$volume" look 2> /dev/null
  done
  if mount /dev/mapper/look /run/look 2> /dev/null; then look /run/look; else echo "left $name: no passphrase opens it"; fi
  umount /run/look 2> /dev/null
  cryptsetup close look 2> /dev/null
}

# Prints which passphrase or key opens each slot of the volume.
slots() {
  local slot by
  while read -r slot kind; do
    [[ $kind == luks2 && $slot =~ ^([0-9]+):$ ]] || continue
    by=nothing
    for passphrase; do
      printf %s "$passphrase" | opens "${slot%:}" - && by=$passphrase
    done
    if [ "$by" = nothing ] && [ -e "$key" ] && opens "${slot%:}" "$key"; then by=key; fi
    printf ' %s%s' "$slot" "$by"
  done < <(cryptsetup luksDump "$volume" 2> /dev/null)
}
opens() { cryptsetup open --test-passphrase --key-slot "$1" --key-file "$2" "$volume" 2> /dev/null; }

for file in repositories/*.json; do
  guid=${file#*/} guid=${guid%.json}
  [ ! -e "repositories/$guid.partial" ] || continue
  text=$(< "$file")
  [[ $text =~ \"name\":\ *\"([^\"]*)\" ]] && name=${BASH_REMATCH[1]}
  [[ $text =~ \"networkId\":\ *([0-9]*) ]] && network=${BASH_REMATCH[1]}
  facts=
  for member in parent inherits autostart; do [[ $text != *"\"$member\""* ]] || facts="$facts $member"; done
  volume=repositories/$guid key=.credentials/keys/$guid.key point=repos/$guid
  sizes=$(stat -c '%s %a' "$volume" "$key" 2> /dev/null)
  echo "kept $name$facts: size and mode" $sizes "slots$(slots "$@")"
  state=closed
  [ ! -e "/dev/mapper/rediacc-$guid" ] || state=open
  if [[ $mounts == *" /mnt/rediacc/$point "* ]]; then
    state=mounted
    look "$point"
    [ -L "repos/$name" ] || echo "left $name has no link"
  else
    look_inside "$@"
    [ ! -e "$point" ] || [[ $(lsattr -d "$point") == ????i* ]] || echo "left $name: its empty mount point can be written to"
  fi
  [ ! -S "/run/rediacc/docker-$network.sock" ] || state="$state, daemon up"
  echo "now $name $state"
done | sort

for file in repositories/*.partial .credentials/keys/*.partial repositories/.* repos/.*; do
  case $file in */.|*/..) ;; *) echo "left $file" ;; esac
done
for file in repositories/* .credentials/keys/*.key; do
  guid=${file##*/} guid=${guid%.*}
  case $file in *.json) pair=repositories/$guid ;; *) pair=repositories/$guid.json ;; esac
  [ -e "$pair" ] || echo "left $file without $pair"
done
for point in repos/*; do
  if [ -L "$point" ]; then target=$(readlink "$point"); else target=${point#*/}; fi
  [ -e "repositories/$target.json" ] || echo "left $point"
done
for lock in /run/rediacc/locks/*; do
  case $lock in *.json) ;; *) flock --nonblock "$lock" true || echo "left: the lock $lock is held" ;; esac
done
# A header on its way is forgotten by the next one, and by a reboot (renet/volume/headers.ts).
for file in /run/rediacc/{start,operations}/*; do echo "left $file"; done
for group in /sys/fs/cgroup/{system.slice,rediacc-faults-*}/rediacc-op-*/; do
  [[ $group != */rediacc-faults-* || $group == */"$(< /run/faults/group)"/* ]] && echo "left unit $group"
done
loops=$(losetup --noheadings --output BACK-FILE)
for volume in repositories/*; do
  guid=${volume#*/}
  open=0 attached=$(grep -c "/$guid\( (deleted)\)\?$" <<< "$loops")
  [ ! -e "/dev/mapper/rediacc-$guid" ] || open=1
  [ "$attached" -eq $open ] || echo "left $attached loop devices on $volume"
done
for mapper in /dev/mapper/rediacc-*; do
  [ -e "repositories/${mapper#*/rediacc-}" ] || echo "left $mapper"
done
true
