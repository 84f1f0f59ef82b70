/**
 * The sentence and the next step of each error code. `{name}` is filled from the error's details; `{name:bytes}` is a
 * number of bytes in readable form.
 */
export const errorsEn = {
  internal: {
    message: 'Something went wrong that should not have: {reason}.',
    next: 'Try again; if it happens again, report it with this sentence.',
  },
  'protocol-violation': {
    message: 'The other side sent something that is not in the protocol: {reason}.',
    next: 'Check that nothing prints to the terminal when a shell without one starts, and set the machine up again.',
  },
  'command-failed': {
    message: '"{command}" ended with exit code {exitCode}: {output}',
    next: 'Read what it said, mend it on the machine, and try again.',
  },
  'bad-arguments': { message: '{reason}.', next: 'See `rdc --help`.' },
  'bad-renet-arguments': { message: '{reason}.', next: 'See `renet --help`.' },
  'bad-name': {
    message: '"{name}" cannot be a name.',
    next: 'Use 1 to 63 lower-case letters, digits and hyphens, starting with a letter or a digit, and not shaped like a UUID.',
  },
  'bad-size': { message: '"{size}" is not a size.', next: 'Write a number and a unit, such as 10G or 512M.' },
  'machine-not-named': {
    message: 'Which machine? The context "{context}" has: {machines}.',
    next: 'Name one with -m MACHINE, or add one with `rdc context add-machine`.',
  },
  'passphrase-missing': {
    message: 'The passphrase of "{name}" is needed and was not given.',
    next: 'Type it in a terminal, or give it with --passphrase-file FILE (- is standard input); in a --passphrases-file it needs a line.',
  },
  'new-passphrase-missing': {
    message: 'The new passphrase of "{name}" is needed and was not given.',
    next: 'Type it in a terminal, or give it with --new-passphrase-file FILE (- is standard input).',
  },
  'passphrase-empty': {
    message: 'The passphrase is empty.',
    next: 'Type a passphrase of at least one character.',
  },
  'passphrase-not-text': {
    message: 'The passphrase is not UTF-8 text.',
    next: 'Save the file as UTF-8, or choose a passphrase that can be typed.',
  },
  'passphrases-file-line': {
    message: 'Line {line} of {file} is not a name, a tab and a passphrase, or its name had a line before.',
    next: 'Correct that line; nothing was done.',
  },
  'passphrases-file-exposed': {
    message: 'Others can read the passphrases in {file}: it has mode {mode}.',
    next: 'Make it yours alone with `chmod 600 {file}`; nothing was done.',
  },
  'wrong-passphrase': {
    message: 'That passphrase does not open "{name}".',
    next: 'Try again; nothing was changed.',
  },
  'key-refused': {
    message: '{host} does not accept this SSH key for the user "{user}".',
    next: 'Add the public key to ~/.ssh/authorized_keys of that user on the machine, or choose another key or user.',
  },
  'key-unreadable': {
    message: 'The SSH key {file} cannot be used: {reason}.',
    next: 'Check the path and that it is a private key; load a key with a passphrase into your SSH agent.',
  },
  'key-not-private': {
    message: '{file} is not an SSH private key.',
    next: 'Give the private half: usually the same path without ".pub".',
  },
  'host-key-unknown': {
    message: 'The host key of {host} is not known yet: {fingerprint}.',
    next: 'Compare it with the machine and trust it with `rdc context scan-keys {machine} --expect {fingerprint}`.',
  },
  'host-key-changed': {
    message: 'The host key of {host} has changed: known {known}, offered {offered}.',
    next: 'If the machine was not reinstalled, somebody may be in between. If it was, remove its old line from {file}.',
  },
  'host-key-other-type': {
    message:
      '{host} has none of the host keys known of it: known {knownType} {known}, offered {type} {offered}.',
    next: 'If somebody took the old key away on purpose, compare the new one on the machine and trust it with `rdc context scan-keys {machine} --expect {offered}`. If nobody did, somebody may be in between.',
  },
  'host-key-revoked': {
    message: 'The host key {offered} of {host} was revoked: {file} says so.',
    next: 'Do not connect: whoever has that key can pass for the machine. Give the machine a new host key, and ask who revoked the old one why.',
  },
  'host-key-unexpected': {
    message: 'The host key of {host} is {offered}, not the expected {expected}.',
    next: 'Compare both with the machine itself; nothing was trusted.',
  },
  'ssh-too-old': {
    message: 'The SSH server of {host} offers nothing under {option} that can still be trusted.',
    next: 'Update OpenSSH on the machine, or remove the limit "{option}" from its sshd_config. SHA-1 (`ssh-rsa`) and older ways can be forged, so they are not used.',
  },
  'sudo-password-needed': {
    message: 'sudo on {host} asks for the password of "{user}".',
    next: 'Run it in a terminal to be asked, or give --sudo-password-file FILE.',
  },
  'sudo-password-refused': {
    message: 'sudo on {host} did not accept the password of "{user}".',
    next: 'Check the password and try again.',
  },
  'not-permitted': {
    message: 'Not permitted: {reason}.',
    next: 'Check the rights of the file or the account.',
  },
  'sudo-not-allowed': {
    message: 'The user "{user}" may not use sudo on {host}.',
    next: 'Add the user to the sudoers of the machine, or connect as one that may.',
  },
  'root-needed': { message: 'renet needs root rights for this.', next: 'Run it again with sudo -E.' },
  'context-not-found': { message: 'There is no context "{name}".', next: 'See `rdc context list`.' },
  'no-context': {
    message: 'No context is in use.',
    next: 'Choose one with `rdc context use NAME`, or make one with `rdc context create-local NAME --ssh-key FILE`.',
  },
  'machine-not-found': {
    message: 'There is no machine "{name}" in the context "{context}".',
    next: 'See `rdc context machines`, or add it with `rdc context add-machine`.',
  },
  'repository-not-found': {
    message: 'There is no repository "{name}" on {machine}.',
    next: 'See `rdc repo list`.',
  },
  'repository-ambiguous': {
    message: 'More than one repository is called "{name}": {guids}.',
    next: 'Use the GUID of the one you mean in place of the name.',
  },
  'operation-not-found': { message: 'There is no operation "{id}".', next: 'See `rdc op list`.' },
  'service-not-found': {
    message: '"{name}" has no service "{service}".',
    next: 'See `rdc repo slots {name}`.',
  },
  'ssh-config-includes': {
    message: 'The includes of ~/.ssh/config go in a circle, or more than 16 files deep: {files}.',
    next: 'Take one `Include` away; ssh itself refuses this too.',
  },
  'ssh-config-too-large': {
    message: '~/.ssh/config and its includes are more than 1000 files or 4 MiB, at {file}.',
    next: 'Make the pattern of an `Include` narrower.',
  },
  'ssh-config-invalid': {
    message: '~/.ssh/config, or a file that it includes, does not parse: {reason}.',
    next: 'Correct it; `ssh -G any-name` names the line where ssh stops as well.',
  },
  'ssh-host-not-found': {
    message: 'There is no host "{name}" in ~/.ssh/config.',
    next: 'Write it as a `Host` line names it, or leave the names out to import all.',
  },
  'file-not-found': { message: 'There is no file {file}.', next: 'Check the path.' },
  'not-in-repository': {
    message: '{path} is not inside a mounted repository.',
    next: 'Run it in the folder of a mounted repository.',
  },
  'no-compose-file': {
    message: 'There is no compose file in {folder}, nor above it within {root}.',
    next: 'Go to the folder that holds it, or name it with -f.',
  },
  'machine-unreachable': {
    message: '{host}:{port} cannot be reached: {reason}.',
    next: 'Check the address, the network and that the machine is running.',
  },
  'connection-lost': {
    message: 'The connection to {host} was lost: {reason}.',
    next: 'What was started goes on there; see it with `rdc op list` once the machine is back.',
  },
  'repository-busy': {
    message: '"{name}" is held by {verb} {id}, started by {by}.',
    next: 'Wait for it, follow it with `rdc op follow {id}`, or cancel it with `rdc op cancel {id}`.',
  },
  'machine-busy': {
    message: 'Another operation is creating a repository on this machine.',
    next: 'Try again in a moment.',
  },
  'configuration-busy': {
    message: '{file} is held by another program.',
    next: 'Try again in a moment.',
  },
  'operation-not-begun': {
    message:
      'The operation on "{name}" ended before it began: its process on the machine was ended. No repository was changed.',
    next: 'Try again.',
  },
  'operation-lost': {
    message: 'The operation {id} ended without a verdict: the machine restarted or its process was killed.',
    next: 'See its log, and what stands now with `rdc repo list` and `rdc repo status`; run the verb again unless it is done.',
  },
  'name-taken': {
    message: 'There is already a repository named "{name}".',
    next: 'Choose another name; the existing repository was not touched.',
  },
  'context-exists': {
    message: 'There is already a context "{name}".',
    next: 'Choose another name, or delete it first.',
  },
  'machine-exists': {
    message: 'The context already has a machine "{name}".',
    next: 'Choose another name for it.',
  },
  'not-mounted': { message: '"{name}" is not mounted.', next: 'Mount it first, or add --mount.' },
  'still-mounted': {
    message: '"{name}" is open.',
    next: 'Stop and close it first: `rdc repo down {name} --unmount`.',
  },
  'services-running': {
    message: '"{name}" has {running} containers running.',
    next: 'Stop and close it in one: `rdc repo down {name} --unmount`.',
  },
  'machine-not-set-up': {
    message: '{machine} is not set up: missing {missing}.',
    next: 'Run `rdc context setup-machine {machine}`.',
  },
  'machine-unsupported': {
    message:
      '{machine} ({system}) cannot be set up from the packages of its distribution: missing {missing}.',
    next: 'Install what is missing by hand, or upgrade the distribution, then run the set-up again.',
  },
  'datastore-differs': {
    message: '{machine} keeps its repositories in {theirs}, not in {ours}.',
    next: 'Add the machine with --datastore {theirs}; or, if that one is empty, remove /etc/rediacc/renet.json there first.',
  },
  'nothing-to-start': {
    message: '"{name}" has no Rediaccfile: there is nothing to start.',
    next: 'Put a Rediaccfile in {path} or in one of its first-level folders.',
  },
  'nothing-to-adopt': {
    message: '"{name}" has no compose file: there is nothing to adopt.',
    next: 'Put a docker-compose.yml in {path} or in one of its first-level folders.',
  },
  'changed-since-preview': {
    message: '"{name}" changed since the preview: what was shown is not what would run.',
    next: 'Look at the new preview and start again.',
  },
  'disk-too-small': {
    message: '{size:bytes} is more than the {available:bytes} that {path} has left.',
    next: 'Choose a smaller size or free space on the machine.',
  },
  'repository-damaged': {
    message: '"{name}" is damaged: {reason}.',
    next: 'Nothing was changed. Restore what is named from a backup; what is left can be unmounted and deleted.',
  },
  'volume-deleted': {
    message:
      'The volume file of "{name}" was deleted, but "{name}" is still mounted: its files are whole, and gone once it is unmounted or the machine goes down.',
    next: 'Save its files now, on the machine: `sudo cp -a {path} ELSEWHERE`. Then create it anew; stop its services first where a copy must be consistent (`rdc repo down {name}`, without --unmount).',
  },
  'stale-unfinished': {
    message: 'The volume of "{name}" is there, and beside it an unfinished one, {file}.',
    next: 'Nothing of the repository is removed. If it holds what it should, remove the other: `sudo rm {file}`.',
  },
  'private-folder-unsafe': {
    message:
      '{path} is not the folder that Rediacc made for the Docker data of "{name}": it is a link, a file, another account’s, or on another disk.',
    next: 'Nothing of it was followed or changed. Look at what it is, on the machine (`sudo ls -ld {path}`). If it holds the Docker data of "{name}" and only its owner is wrong, give it back to root: `sudo chown -h root:root {path}`. Anything else: move it aside, put the true folder back if it was moved away, and try again.',
  },
  'private-folder-moved': {
    message: 'The Docker data of "{name}" lie in {path}, where they do not belong.',
    next: 'Move them back on the machine: `sudo mv {path} {expected}`. Without them, empty volumes would be made.',
  },
  'volume-open-elsewhere': {
    message: 'The volume of "{name}" is already open as {device}.',
    next: 'Close it there first.',
  },
  'agent-older': {
    message: 'renet on {machine} is {agent}, older than this program ({ours}).',
    next: 'Update it with `rdc context setup-machine {machine}`.',
  },
  'agent-newer': {
    message: 'renet on {machine} is {agent}, newer than this program ({ours}) and not compatible with it.',
    next: 'Update this program.',
  },
  'agent-configuration-damaged': {
    message: '{file} does not name the datastore of this machine.',
    next: 'Write it anew with `rdc context setup-machine NAME`, or by hand: {"datastore": "/the/folder"}.',
  },
  'configuration-damaged': {
    message: '{file} cannot be read: {reason}. It was kept as {kept}.',
    next: 'Mend the kept file and put it back, or make the entries anew.',
  },
  'network-ids-exhausted': {
    message: 'The machine has no network id left.',
    next: 'Delete a repository that is no longer needed.',
  },
  'network-id-taken': {
    message:
      '"{name}" has the network id {networkId}, which belongs to "{other}" in {datastore} on this machine: both would have the same addresses and the same Docker socket.',
    next: 'Give "{name}" another one, while it is closed: `rdc repo validate {name} --fix`.',
  },
  'daemon-of-another': {
    message:
      'The Docker daemon on the socket of "{name}" (network id {networkId}) belongs to something else: its data are in {folder}.',
    next: 'Stop that one, or give "{name}" another network id while it is closed: `rdc repo validate {name} --fix`.',
  },
  'keychain-absent': {
    message: 'This system has no keychain that could keep a passphrase safe ({backend}).',
    next: 'Type the passphrase each time, or install and unlock one, such as GNOME Keyring or KWallet.',
  },
  'debugging-refused': {
    message:
      'The installed app does not run under a debugger ({switch}): passphrases are typed into its window.',
    next: 'Start it without that switch; to debug it, run it from its source with `npm start`.',
  },
  'confirmation-needed': {
    message: 'This deletes "{name}" and everything in it.',
    next: 'Confirm by typing its name, or with --confirm {name}.',
  },
  'daemon-not-running': {
    message: 'The Docker daemon of "{name}" is not running.',
    next: 'Start the repository with `rdc repo up {name}`.',
  },
  'datastore-silent': {
    message:
      'The datastore {path} does not answer: its disk, or the network that it lies on, gives out nothing.',
    next: 'Look at the disk or the network file system on the machine (`dmesg`, `findmnt -T {path}`). What runs goes on; ask again once it answers.',
  },
  'containers-unknown': {
    message:
      'The Docker daemon of "{name}" does not say which containers it has, so nothing was started: {reason}',
    next: 'Try again when the machine is less busy; `rdc machine health` tells how it is.',
  },
  'daemon-silent': {
    message: 'The Docker daemon of "{name}" does not say what runs, and closing would end it: {reason}',
    next: 'Stop and close it in one: `rdc repo down {name} --unmount`.',
  },
  'operation-log-damaged': {
    message: 'The log of operation {id} cannot be read: {reason}.',
    next: 'Check the disk of the datastore. Other operations are not affected; the folder .operations/{id} there may be removed once nobody needs it.',
  },
  'still-running': {
    message: 'What down() of "{name}" has left still runs: {containers}',
    next: 'If it should end too, stop it in down(): `renet compose -- down --remove-orphans` also ends what has left the compose file, `rdc repo exec {name} -- docker rm -f CONTAINER` a single one, `rdc repo down {name} --unmount` everything.',
  },
  'remains-unknown': {
    message: 'Whether anything of "{name}" still runs is not known: {reason}',
    next: 'See `rdc repo status {name}`; `rdc repo down {name} --unmount` ends all of it.',
  },
  'log-refused': {
    message: 'Docker does not give the log of {name}: {reason}',
    next: 'Read what it says. Where the compose file sets a log driver that keeps nothing, such as none, set another.',
  },
  'autostart-not-enabled': {
    message: '"{name}" does not start at boot.',
    next: 'Enable it with `rdc repo autostart enable {name}`.',
  },
  'autostart-order': {
    message: '"{name}" cannot start after "{after}": that one starts after it ({chain}).',
    next: 'Choose another one, or change the other with --no-after.',
  },
  'autostart-slot-needed': {
    message: 'No key slot but autostart’s is known to open the volume of "{name}"; it was left alone.',
    next: 'Give it a passphrase in slot 0 first (`cryptsetup luksAddKey --new-key-slot 0`), or nobody could open it.',
  },
  'autostart-slot-taken': {
    message:
      'LUKS key slot 1 of "{name}", which the autostart key needs, holds a key that is not known to be autostart’s; it was left alone.',
    next: 'If a change of the passphrase was cut off, run `rdc repo passphrase change {name}` with the same two again. If it is a passphrase that was added by hand, add it once more elsewhere (`cryptsetup luksAddKey --new-key-slot 2 {file}`), then empty slot 1, giving the passphrase of another slot (`cryptsetup luksKillSlot {file} 1`).',
  },
  'passphrase-unproven': {
    message:
      'The key slot of the passphrase of "{name}" is not as it was when the passphrase was last seen to open it; the autostart key, which may be the last one that opens the volume, was left alone.',
    next: 'Run `rdc repo autostart enable {name}` with the passphrase. If it opens the volume, do this again; if not, save the data now, while the key still opens it.',
  },
  'key-slots-full': {
    message: 'All 32 LUKS key slots of "{name}" are in use, and a change of the passphrase needs a free one.',
    next: 'Empty one that nobody needs (`rdc repo validate {name}` names them); nothing was changed.',
  },
  'slot-in-use': {
    message: 'The service "{service}" of "{name}" still needs its slot: {reason}.',
    next: 'Take it out of the compose files and stop its containers first; nothing was changed.',
  },
  'cannot-shrink': {
    message:
      '"{name}" has {current:bytes}, more than {size:bytes}. A volume only grows: what lies in the part cut off would be lost.',
    next: 'Choose a larger size; for a smaller volume, create a new repository and copy the files over.',
  },
  'fork-needs-closed': {
    message:
      '"{name}" is open, and the datastore cannot copy an open volume: its file system shares no blocks (no reflink).',
    next: 'Stop and close it first: `rdc repo down {name} --unmount`. On XFS or Btrfs a running one can be forked.',
  },
  'function-timed-out': {
    message: '{function} of {file} was ended after {seconds} s, the time it has here.',
    next: 'See its log with `rdc op follow {operation}`; make it end sooner, or start what takes long in the background of a container.',
  },
  'autostart-key-missing': {
    message: 'The autostart key of "{name}" is missing: {file}.',
    next: 'Run `rdc repo autostart enable {name}` again, or disable it.',
  },
  'autostart-key-refused': {
    message: 'The autostart key of "{name}" does not open key slot 1.',
    next: 'Run `rdc repo autostart enable {name}` again: it makes a new key.',
  },
  'autostart-key-exposed': {
    message: 'The autostart key of "{name}" is not root\'s alone: {file} has {found}.',
    next: 'Run `rdc repo autostart enable {name}` again: it makes a new key, as others may have read this one.',
  },
  'autostart-slot-empty': {
    message: 'The volume of "{name}" has nothing in key slot 1, which the autostart key should open.',
    next: 'Run `rdc repo autostart enable {name}` again, or disable it.',
  },
  'autostart-half-done': {
    message: 'Autostart of "{name}" was enabled or disabled only half; left behind: {found}.',
    next: 'Run `rdc repo autostart enable {name}` or `disable {name}` to its end.',
  },
  'autostart-unit': {
    message: 'The service that starts repositories at boot is not in place: {unit} is {found}.',
    next: 'Run `rdc repo autostart enable` on one of them again, or `rdc context setup-machine`.',
  },
  'terminal-needed': {
    message: 'A shell needs a terminal, and there is none here.',
    next: 'Run one command with `rdc repo exec {name} -- COMMAND`.',
  },
  'bad-port': { message: '"{port}" is not a port.', next: 'Ports go from 1 to 65535.' },
  'port-needed': {
    message: 'The service "{service}" listens on several ports: {ports}.',
    next: 'Name one: `rdc repo tunnel {name} {service}:PORT`.',
  },
  'service-silent': {
    message: 'Nothing is known to listen at the address of "{service}" ({address}).',
    next: 'Start it with `rdc repo up {name}`, or name the port: `rdc repo tunnel {name} {service}:PORT`.',
  },
  'port-in-use': {
    message: 'The port {port} of this computer cannot be used: {reason}.',
    next: 'Choose another with --local, or leave it out.',
  },
  'forwarding-not-allowed': {
    message: 'The SSH server of {host} carries no other connections.',
    next: 'Set AllowTcpForwarding to yes (or local) in its sshd_config.',
  },
  'nothing-listens': {
    message: 'Nothing answers at {host}:{port} on the machine.',
    next: 'Look at `rdc repo status` and at the service’s logs.',
  },
  'file-exists': {
    message: '{file} is there already.',
    next: 'Choose another name, or say --overwrite.',
  },
  'not-a-header': {
    message: '{file} is not the whole header of an encrypted volume.',
    next: 'Give a file that `rdc repo header backup` or `cryptsetup luksHeaderBackup` has made; nothing was changed.',
  },
  'header-of-another': {
    message: 'This header is not of "{name}": its UUID is {found}, and the volume has {expected}.',
    next: 'Give the backup of this repository; nothing was changed.',
  },
  'header-incomplete': {
    message: 'The header did not arrive whole. Nothing was changed.',
    next: 'Try again.',
  },
  'disk-full': {
    message: 'The disk is full: {path}.',
    next: 'Free space there and try again; what was half-made was removed.',
  },
  'disk-read-only': {
    message: 'The disk takes no changes, it can only be read: {path}.',
    next: 'The kernel does this to a disk with errors: `dmesg` on the machine says why. What runs can be stopped and closed all the same.',
  },
  'mount-busy': {
    message: '"{name}" cannot be unmounted: in use by {holders}.',
    next: 'End these processes (or leave the folder in your terminals) and try again.',
  },
  'not-a-repository-volume': {
    message: 'The volume of "{name}" has no LUKS header.',
    next: 'Restore the header from a backup.',
  },
  'daemon-not-started': {
    message: 'The Docker daemon of "{name}" did not start: {lines}',
    next: 'Read its last lines above; `journalctl -u {unit}` on the machine has them all.',
  },
  'compose-invalid': {
    message: '{file}, line {line}: {reason}.',
    next: 'Mend the compose file and try again.',
  },
  'compose-network': {
    message:
      '{file}, line {line}: the service "{service}" uses {what}; services run on the host network here.',
    next: 'Remove it: each service listens on its own address instead, ${variable}.',
  },
  'slots-file-invalid': {
    message: '{file} cannot be used: {reason}.',
    next: 'Mend it: each service has its own slot, a whole number from 0 to 60. Or remove it to have the addresses assigned anew.',
  },
  'too-many-services': {
    message: 'A repository has room for 61 services and "{service}" would be one more. Nothing was written.',
    next: 'Release the slot of a service that is gone (`rdc repo slots`), or split the repository.',
  },
  'colliding-names': {
    message: 'The services "{first}" and "{second}" would both be {variable}.',
    next: 'Rename one of them; a service that is gone keeps its name until its slot is released (`rdc repo slots`).',
  },
  'two-rediaccfiles': {
    message: '{folder} holds both "{first}" and "{second}".',
    next: 'Keep one of them.',
  },
  'rediaccfile-syntax': {
    message: '{file} is not valid bash: {reason}',
    next: 'Mend it; `bash -n` on the machine shows what is wrong there.',
  },
  'rediaccfile-unchecked': {
    message: 'bash cannot check {file} in time.',
    next: 'Make it shorter, and its brackets and substitutions less deep; nothing of it was run.',
  },
  'file-too-complex': {
    message: '{file} takes too long, or too much memory, to be read.',
    next: 'Make it shorter and less deeply nested.',
  },
  'file-too-large': { message: '{file} is larger than {limit}.', next: 'Make it smaller.' },
  'unsafe-path': {
    message: '{path} was refused: {reason}.',
    next: 'Replace links by true files inside the repository.',
  },
  'rediaccfile-ended': {
    message: '{file} itself ended the shell while it was read: {reason}',
    next: 'A Rediaccfile only defines functions: take `exit`, and commands that fail under `set -e`, out of its top level. `rdc op show {operation}` has the whole log.',
  },
  'rediaccfile-ended-at': {
    message: '{file} itself ended the shell at line {line} while it was read: {reason}',
    next: 'A Rediaccfile only defines functions: take what ends the shell at line {line} out of its top level. `rdc op show {operation}` has the whole log.',
  },
  'rediaccfile-encoding': {
    message: '{file} is no text that bash reads: {reason}',
    next: 'Save it again as UTF-8 without a byte order mark, with line ends of Unix (LF); nothing of it was run.',
  },
  'function-failed': {
    message: '{function} of {file} ended with exit code {exitCode}.',
    next: 'Its last lines say why; `rdc op show {operation}` has the whole log.',
  },
  'step-failed': { message: '{step} failed: {reason}', next: 'Read what it says, mend it, and try again.' },
  'secret-not-delivered': {
    message: 'The connection ended before the passphrase was handed over. Nothing was changed.',
    next: 'Start it again.',
  },
  'resident-silent': {
    message: 'The agent that was started does not answer.',
    next: '`journalctl -u {unit}` on the machine says why. Until it answers, each connection starts an agent of its own.',
  },
  'setup-failed': {
    message: 'The set-up of {machine} stopped at "{step}": {reason}',
    next: 'Mend it and run the set-up again; it goes on where it stopped.',
  },
  'agent-checksum': {
    message: 'The agent that arrived on {machine} is not the one that was sent.',
    next: 'Run the set-up again.',
  },
  cancelled: {
    message: 'Cancelled.',
    next: 'What had run is named above; run the verb again when you like.',
  },
  'operation-left': {
    message: 'The operation {id} goes on on the machine.',
    next: 'See it with `rdc op follow {id}`, stop it with `rdc op cancel {id}`.',
  },
  'start-left': {
    message: 'Whether {verb} of "{name}" has begun is not known: its start was not waited for.',
    next: 'Look for it with `rdc op list`; `rdc op cancel ID` stops it.',
  },
};
