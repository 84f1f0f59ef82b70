/** The kinds of steps that an operation has (StepKind). */
export const stepsEn = {
  allocate: 'Reserve the volume',
  format: 'Encrypt it',
  open: 'Open the volume',
  filesystem: 'Make the file system',
  mount: 'Mount',
  handover: 'Hand it over to its owner',
  commit: 'Keep it',
  'daemon-start': 'Start the Docker daemon',
  discover: 'Look for Rediaccfiles',
  slots: 'Assign addresses',
  check: 'Check the Rediaccfiles',
  function: '{function} of {file}',
  'daemon-stop': 'Stop the Docker daemon',
  unmount: 'Unmount',
  close: 'Close the volume',
  remove: 'Delete the volume',
  'open-by-key': 'Open the volume by its autostart key',
  'check-passphrase': 'Check the passphrase',
  'add-key': 'Make the autostart key',
  'remove-key': 'Remove the autostart key',
  record: 'Write it down',
  'enable-unit': 'Put the boot service in place',
  rename: 'Give it the new name',
  renumber: 'Give it a network id of its own',
  allow: 'Change which repositories it reaches',
  'release-slot': 'Give the slot back',
  'check-key': 'Try the autostart key',
  grow: 'Grow the volume and its file system',
  share: 'Copy the volume in one moment',
  copy: 'Copy the volume',
  renew: 'Give the copy an identity of its own',
  'forget-parent': 'Leave the containers of the parent behind',
  'change-passphrase': 'Change the passphrase',
  'check-header': 'Check the header',
  'restore-header': 'Put the header back',
};

/** The ends of an operation, and the state of one that still runs. */
export const verdictsEn = {
  succeeded: 'succeeded',
  warnings: 'succeeded with warnings',
  failed: 'failed',
  cancelled: 'cancelled',
  lost: 'lost',
  running: 'running',
};

/** The states of a repository. */
export const statesEn = {
  closed: 'closed',
  mounted: 'mounted',
  'daemon-up': 'daemon up',
  running: 'running',
  degraded: 'degraded',
  failed: 'failed',
  busy: 'busy',
  damaged: 'damaged',
  unknown: 'unknown',
};

/** The reasons why the times of an operation cannot be believed (operationClock.ts). */
export const clockDoubtsEn = {
  differed: 'The machine’s clock differed from that of the computer that asked: its times are not certain.',
  'in-the-future':
    'By its times it begins later than the machine’s clock is now: the clock was ahead, or has been set back.',
  'went-back': 'By its times it begins before the operation before it: the machine’s clock had gone back.',
  'ended-before': 'By its times it ended before it began: the machine’s clock went back meanwhile.',
};
