/** The sentences of a machine's journal, in English; part of en/en.ts. */
export const journalEn = {
  /** What happened, by the kind of entry (journal/entry.ts). */
  what: {
    'container-died': 'Container {container} of {repository} ended: exit code {exitCode}',
    'out-of-memory': 'Container {container} of {repository} ran out of memory; processes killed: {kills}',
    'crash-loop': 'Container {container} of {repository} ended again and again: last exit code {exitCode}',
    'container-unhealthy': 'Container {container} of {repository}: unhealthy',
    'repository-degraded': 'Repository {repository}: degraded',
    'repository-stopped': 'Repository {repository} does not run any more, and no operation stopped it',
    'repository-damaged': 'Repository {repository}: damaged: {reason}',
    'volume-deleted': 'The volume file of {repository} was deleted, but it is still mounted',
    'daemon-ended': 'The Docker daemon of {repository} ended',
    'load-high': 'Load {load} per processor over 15 minutes',
    'memory-high': 'Memory {percent} % used',
    'datastore-full': 'Datastore {path} {percent} % used',
    'disk-full': 'Disk {path} {percent} % used',
    'volume-full': 'Volume of {repository} {percent} % used',
    'operation-ended': '{verb} of {repository}: {verdict}',
    booted: 'The machine started; repositories that came up by themselves: {started} of {enabled}',
    'autostart-broken': '{error}',
    'clock-jumped': 'The clock was set, or the machine was paused: {jump}',
    'not-watched': 'The agent did not run: nobody watched the machine',
  },
  /** What happened, where nobody knows in which container. */
  memoryOfRepository: 'Repository {repository} ran out of memory; processes killed: {kills}',
  /** What happened, where no repository has autostart. */
  bootedAlone: 'The machine started',
  /** The remarks behind a sentence. */
  more: {
    kills: 'processes killed for want of memory: {kills}',
    failed: 'not started: {failed}',
    degraded: 'degraded: {degraded}',
    down: 'it was last seen {down} before',
  },
  /** What stands between a sentence and its remarks. */
  between: '; ',
  /** What to do, by the kind of entry; nothing where there is nothing to do. */
  next: {
    'container-died': 'See `rdc repo logs {repository} {service}`.',
    'out-of-memory': 'Give it more memory, or see why it takes so much: `rdc machine containers`.',
    'crash-loop': 'See why it ends with `rdc repo logs {repository} {service}`.',
    'container-unhealthy': 'See `rdc repo logs {repository} {service}`.',
    'repository-degraded': 'See `rdc repo status {repository}`.',
    'repository-stopped': 'Start it with `rdc repo up {repository} --mount`.',
    'repository-damaged': 'See `rdc repo validate {repository}`.',
    'volume-deleted': 'Save its files before anything else: `rdc machine health` says how.',
    'daemon-ended': 'Start it again with `rdc repo up {repository}`.',
    'load-high': 'See what uses the processors with `rdc machine containers`.',
    'memory-high': 'See what uses it with `rdc machine containers`.',
    'datastore-full':
      'Delete repositories that nobody needs, or give the datastore a larger disk; at 100 % every write fails.',
    'disk-full': 'Free space on it.',
    'volume-full': 'Free space in it, or grow it with `rdc repo resize {repository}`.',
    'operation-ended': 'See its log with `rdc op follow {operation}`.',
    booted: 'See `rdc repo autostart list`.',
    'autostart-broken': '{next}',
    'clock-jumped': 'See `rdc machine health`, which compares the clocks.',
    'not-watched': 'On the machine, `systemctl status rediacc-agent` says why.',
  },
  forward: '{span} ahead',
  back: '{span} back',
  goesOn: '{span} so far',
  before: 'before {time}',
  times: '{count} times',
  none: 'Nothing in the journal of {machine}.',
};
