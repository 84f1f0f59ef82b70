import { adoptEn, adoptLinesEn } from './adopt.ts';

/**
 * The findings of `repo validate`, in English; part of en/en.ts. A finding has the code of an error (errors, with its
 * next step), of a notice (notices, with its fix here), or one of its own.
 */
export const findingsEn = {
  severities: { error: 'error', warning: 'warning', information: 'note' },
  /** The last line of the report. */
  clean: '"{name}": nothing is wrong.',
  counted: '"{name}": errors {errors}, warnings {warnings}.',
  /** With --fix, where nothing was changed. */
  nothingToMend: 'There is nothing here that --fix can mend; nothing was changed.',
  /** What `renet adopt` says beside its findings. */
  adopt: adoptLinesEn,
  own: {
    ...adoptEn,
    'volume-sparse': {
      message: '{missing} MiB of the volume of "{name}" are not reserved on the datastore.',
      next: 'Keep the datastore well below full, or give the volume all its space: `fallocate -l {size} {file}`.',
    },
    'volume-exposed': {
      message: 'Others than root may get at the volume {file} (it has {mode}).',
      next: 'Make it root’s alone: `chown root:root {file}`, `chmod 600 {file}`.',
    },
    'volume-not-grown': {
      message:
        'The volume of "{name}" has {spare} MiB that its file system does not use: it was not grown to its end.',
      next: 'Run `rdc repo resize {name}` to the size of the volume again.',
    },
    'name-link': {
      message: 'The link {file} does not lead to "{name}".',
      next: 'Unmount the repository and mount it again: that makes the link.',
    },
    'network-id-shared': {
      message: '"{name}" and "{other}" have the same network id, {networkId}, and so the same addresses.',
      next: '"{name}" had it first and keeps it. Give the other one its own, while it is closed: `rdc repo validate {other} --fix`.',
    },
    'passphrase-slot-empty': {
      message: 'The volume of "{name}" has no passphrase: key slot 0 is empty.',
      next: 'Run `rdc repo passphrase change {name}`: it brings the passphrase back into slot 0, from whichever slot it is in.',
    },
    'passphrase-change-half-done': {
      message:
        'A change of the passphrase of "{name}" was cut off: LUKS key slot {replacement} holds the new one; to be emptied yet, with the old one in them or half emptied: {replaced}.',
      next: 'Run `rdc repo passphrase change {name}` with the same old and new passphrase again: it completes the change. Until then empty no slot by hand.',
    },
    'weak-key-derivation': {
      message: 'The passphrase of "{name}" is stretched by {kdf} instead of argon2id, which is weaker.',
      next: 'Have it stretched anew: `cryptsetup luksConvertKey --key-slot 0 --pbkdf argon2id {file}`.',
    },
    'passphrase-change-begun': {
      message:
        'A change of the passphrase of "{name}" was cut off before the new one was in a slot; the old one is in LUKS key slot {replaced}.',
      next: 'Run `rdc repo passphrase change {name}` again; the same passphrase as old and new takes the change back.',
    },
    'other-key-slots': {
      message: 'The volume of "{name}" has keys in slots that are not Rediacc’s: {slots}.',
      next: 'See first that your passphrase opens slot 0 (`cryptsetup open --test-passphrase --key-slot 0 {file}`). If nobody knows of the others, empty them with `cryptsetup luksKillSlot {file} SLOT`.',
    },
    'filesystem-errors': {
      message: 'The file system of "{name}" has errors: {found}.',
      next: 'Save what can be read. Then close it, open the volume by hand (`cryptsetup open {file} check`) and repair it (`e2fsck -f /dev/mapper/check`).',
    },
    'filesystem-not-checked': {
      message: 'The file system of "{name}" was not checked: {reason}.',
      next: 'Mount it and validate it again.',
    },
    'not-looked-inside': {
      message:
        '"{name}" is closed: its file system, Rediaccfiles, compose files and addresses were not looked at.',
      next: 'Mount it and validate it again.',
    },
    'slot-kept': {
      message:
        'Slot {slot} is kept for "{service}", which does not run and is in no compose file that an up looks at.',
      next: 'Give it back with `rdc repo slots release {name} {service}` if the service does not come back.',
    },
    'service-silent': {
      message: 'The service "{service}" runs, and nothing listens at its address, {address}.',
      next: 'Nothing, if it needs no address; else have it listen on ${variable}.',
    },
  },
  /** The advice for each notice. */
  fixes: {
    'slot-one-taken':
      'If a change of the passphrase was cut off, run `rdc repo passphrase change {name}` with the same two again. Empty the slot only after you have seen that your passphrase opens another: `cryptsetup open --test-passphrase --key-slot 0 {file}`.',
    'neighbours-open':
      'Trust every service on this machine, or use a kernel with BPF for control groups (cgroup v2).',
    'neighbours-open-older': 'Run `rdc repo up {name}`.',
    'link-skipped': 'Put a true file in its place.',
    'sudo-docker': 'Write `docker`, or `sudo -E docker`.',
    'writable-by-others':
      'Take the right to write away: `chmod go-w {file}`, and give it to the owner of the repository.',
    'ports-ignored': 'Remove `ports:` and have the service listen on ${variable}.',
    'replicas-share-address':
      'Set it to 1. For several that listen, write a service for each: each then has its own address. Keep it only where none of them listens, as workers do.',
    'two-folders-one-project':
      'Give one of them a name of its own: `name: SOMETHING` in its compose file, or COMPOSE_PROJECT_NAME in its `.env`. First stop what runs there: under the new name it is another project.',
    'service-in-two-folders': 'Rename one of the two, unless they are one and the same.',
    'no-variable': 'Give the service a name of letters, digits and hyphens.',
    'service-without-address': 'Run `rdc repo up {name}`.',
    'listener-without-service':
      'See who it is with `ss -ltunp` on the machine; end it, or make it a service.',
    'listens-elsewhere':
      'Have it listen on its own address: two repositories can then use one port, and none is open to the network.',
  },
};
