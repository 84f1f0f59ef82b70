import type { NoticeCode } from '../../notices.ts';

/** The sentences of notices, which are worth knowing and not errors. */
export const noticesEn = {
  'already-mounted': '"{name}" was mounted already.',
  'already-closed': '"{name}" was closed already; there was nothing to stop.',
  'nothing-running': 'The Docker daemon of "{name}" was not running; there was nothing to stop.',
  'nothing-to-stop':
    '"{name}" has no Rediaccfile, so there was no down() to call: what runs goes on until the volume is closed (`rdc repo down {name} --unmount`).',
  'two-rediaccfiles':
    '{folder} holds both "{first}" and "{second}", so the down() of neither is called. Keep one of them.',
  'down-not-readable': '{path} cannot be read, so no down() of it can be called: {reason}',
  'addresses-unknown': 'down() runs without the addresses of the services until this is mended: {reason}',
  'service-in-two-folders':
    'The service "{service}" stands in {first} and in {second}; both share one address.',
  'no-variable': 'The service "{service}" has an address but no variable: its name gives no legal one.',
  'services-assigned': 'New addresses: {services}.',
  'left-running': '{file} left processes running outside containers; they were ended: {processes}.',
  'waiting-for-input':
    '{file} {function} waits for input, which nobody can give here; cancel it if it does not go on.',
  'image-pull-failed':
    'An image could not be pulled; Docker says why above. Check its name and that the machine reaches the registry.',
  'log-truncated': '{bytes} bytes of output in the middle were dropped: the log is limited to 256 MiB.',
  'state-newer':
    '"{name}" is in a state that this version does not know: {state}. Update this program to see more.',
  'event-unreadable': 'Line {line} of this operation’s log cannot be read: the disk has spoiled it.',
  'link-skipped': '{path} is a link and was skipped.',
  'sudo-docker':
    "{file}, line {line}: sudo clears DOCKER_HOST, so this reaches the system's Docker. Write `docker`, or `sudo -E docker`.",
  'writable-by-others': '{file} is writable by others than its owner ({who}), and root runs it.',
  'service-without-address': 'The service "{service}" has no address yet: `rdc repo up {name}` gives it one.',
  'ports-ignored':
    '{file}, line {line}: ports: of "{service}" has no effect on the host network; listen on ${variable}.',
  'replicas-share-address':
    '{file}, line {line}: {setting} {count} starts {count} containers of "{service}", which share one address and one port on the host network: only one of them can listen.',
  'scaled-share-address':
    'The {count} containers of "{service}" share one address and one port on the host network: only one of them can listen.',
  'two-folders-one-project':
    '{file}, line {line}: the compose files in "{first}" and in "{second}" are one Compose project, "{project}": `--remove-orphans` or `down` in one removes the containers of the other.',
  'listener-without-service':
    "Something listens on {address}:{port}, an address of the repository that is no service's.",
  'listens-elsewhere': 'The service "{service}" listens on {found} instead of its own address, {address}.',
  'volume-deleted':
    'The volume file of "{name}" was deleted, but it is still mounted. Save its files now, on the machine: `sudo cp -a {path} ELSEWHERE`. They are gone once it is unmounted or the machine goes down.',
  'service-left':
    'The service "{service}" is in no compose file any more, but its container {container} still runs. End it with `rdc repo exec {name} -- docker rm -f {container}`; `renet compose -- up -d --remove-orphans` ends all such.',
  'crash-loop':
    'The service "{service}" ends again and again: Docker has started it {restarts} times, the last time less than ten minutes ago; its last exit code is {exitCode}. Its log says why.',
  'key-renewed': 'The old autostart key of "{name}" was not as it should be; it is replaced by a new one.',
  'holders-ended': 'The machine is going down: ended what still used "{name}": {holders}.',
  'network-id-taken':
    '"{name}" has the network id {networkId}, which belongs to "{other}" in {datastore}: it cannot be mounted or started before `rdc repo validate {name} --fix` has given it another one.',
  'addresses-changed':
    '"{name}" has the network id {to} now, no longer {from}: its services get other addresses at the next up. Where one is written down outside its variables, such as in a proxy, change it.',
  'neighbour-allowed':
    '"{name}" reaches the addresses of "{other}" now. Terminals of "{name}" that are open do once they are opened anew.',
  'neighbour-revoked':
    '"{name}" no longer reaches the addresses of "{other}". Terminals of "{name}" that are open still do until they are closed.',
  'neighbours-open':
    'This machine cannot keep "{name}" from the addresses of other repositories: its kernel or systemd does not filter by control group (BPF).',
  'neighbours-open-older':
    'The containers of "{name}" reach the addresses of other repositories: an earlier version started its Docker daemon. The next `rdc repo up {name}` mends it.',
  'command-unbounded':
    'This command is not kept from the addresses of other repositories than "{name}": systemd could not be asked ({reason}).',
  'slot-released': 'The slot {slot} of "{service}" is free again.',
  'space-overcommitted':
    'Forks share the space of their parents: they may come to need {promised:bytes} more, and the datastore has {available:bytes} left.',
  'datastore-nearly-full':
    'The datastore is {percent} % full, and forks that share space may come to need {promised:bytes} more. When it is full they can no longer write: free space, or delete a fork.',
  'other-key-slots':
    'Other keys open "{name}" too, which a change of the passphrase leaves alone: LUKS key slot {slots}.',
  'passphrase-elsewhere':
    'The passphrase of "{name}" is in LUKS key slot {slots}: slot 0 holds a key that neither passphrase opens, and was left alone. It may be somebody else’s, or dead since a power cut. Only if you know that it is dead, empty it (`cryptsetup luksKillSlot {file} 0`, which asks for the passphrase of another slot) and change the passphrase once more.',
  'slot-one-taken':
    'LUKS key slot 1 of "{name}" holds a key that is not known to be autostart’s, and is left alone: a passphrase that was added by hand, the new one of a change that was cut off, or an autostart key whose file is gone. If it is nobody’s any more, empty it with `cryptsetup luksKillSlot {file} 1`, which asks for the passphrase of another slot.',
  'rolled-back': 'What had been made was removed again.',
  'not-removed':
    'What had been made of "{name}" could not be removed; the next create or fork on this machine tries again: {reason}',
  'unfinished-kept': 'Unfinished work of another operation stays: {reason}',
  'handed-over': 'A power cut had kept the folder of "{name}" from getting its owner; it belongs to you now.',
  'private-folder-kept-out':
    'Services of "{name}" cannot start until this is mended; its files are there: {reason}',
  'strangers-removed':
    'A power cut had brought containers of its parent back into "{name}"; they are removed again: {containers}.',
  'volumes-left':
    'Docker volumes in "{name}" still bear another repository’s name, because one of its own has theirs; see which of the two holds the data: {volumes}.',
  'key-not-removed':
    'The autostart key of "{name}" could not be taken back; remove it with `rdc repo autostart disable {name}`: {reason}',
  'key-not-noted':
    'What the header of "{name}" says of its autostart key could not be checked or renewed; the key itself is as it was. Where autostart is on, run `rdc repo autostart enable {name}` once more, else `disable` and `fork` may refuse: {reason}',
  'not-closed':
    'The volume of "{name}" could not be closed again; close it with `rdc repo unmount {name}`: {reason}',
  'journal-spoiled':
    '{lines} lines of the machine’s journal are spoiled, as a power cut or the disk may do; the others are here.',
  'journal-in-memory':
    'The newest lines of the machine’s journal are in its memory alone, as {folder} takes none: free space there, or they go with the next reboot.',
  'journal-unwatched':
    'Nobody watches the machine now, so what happens on it is not told; on it, `systemctl status rediacc-agent` says why.',
  'agent-alone':
    'No agent stays on the machine, so each connection starts one of its own, which is slower: `systemctl status rediacc-agent` on it says why, and `rdc context setup-machine` puts it in place.',
  'agent-failing':
    'The agent that stays on the machine ends again and again ({restarts} starts, last {result}), so each connection starts one of its own: `journalctl -u rediacc-agent` on it says why.',
} satisfies Record<NoticeCode, string>;
