/** The file that stands on the machine once `stopInFirstKill` has stopped cryptsetup. */
export const STOPPED = '/root/stopped';

/**
 * A script that puts a program before cryptsetup, which stops the first luksKillSlot where cryptsetup itself has destroyed
 * the key and not yet written the header: the worst moment for a power cut.
 */
export const stopInFirstKill = `
  set -e
  cat > /usr/local/sbin/cryptsetup <<'END'
#!/bin/bash
if [ "$1" = luksKillSlot ]; then
  file=\${@: -2:1} slot=\${@: -1}
  area=$(/usr/sbin/cryptsetup luksDump --dump-json-metadata "$file" | jq -r ".keyslots.\\"$slot\\".area | .offset, .size")
  set -- $area
  dd if=/dev/urandom of="$file" bs=4096 seek=$(($1 / 4096)) count=$(($2 / 4096)) conv=notrunc,fsync 2> /dev/null
  touch ${STOPPED}
  sleep infinity
fi
exec /usr/sbin/cryptsetup "$@"
END
  chmod 755 /usr/local/sbin/cryptsetup
  sync
`;
