/** The sentences of `rdc machine health`, in English; part of en/en.ts. */
export const healthEn = {
  levels: { ok: 'ok', warning: 'warning', error: 'error', critical: 'critical' },
  /** The result of each check, by its code (health.ts). */
  found: {
    load: 'Load {load} per processor over 15 minutes',
    memory: 'Memory {percent} % used',
    datastore: 'Datastore {path} {percent} % used',
    disk: 'Disk {path} {percent} % used',
    program: '{program} is missing',
    agent: 'Agent {agent}',
    'agent-alone': 'No agent stays on the machine: each connection starts one of its own',
    'agent-failing':
      'The agent that stays on the machine ends again and again ({restarts} starts, last {result}): each connection starts one of its own',
    repository: 'Repository {name}: {state}',
    'repository-closed': 'Repository {name} is closed, though it should start by itself',
    'volume-deleted': 'The volume file of {name} was deleted, but it is still mounted',
    neighbours: 'What runs for {name} reaches the addresses of other repositories',
    volume: 'Volume of {name} {percent} % used',
    clock: 'Clock: {clock}',
    container: 'Container {name} of {repository}: {status}',
    'crash-loop':
      'Container {name} of {repository} ends again and again: {restarts} restarts, last exit code {exitCode}',
    'service-left':
      'Container {name} of {repository} still runs, but no compose file has its service any more',
  },
  /** The advice for each check that is not `ok`. */
  next: {
    load: 'See what uses the processors with `rdc machine containers`.',
    memory: 'See what uses it with `rdc machine containers`.',
    datastore:
      'Delete repositories that nobody needs, or give the datastore a larger disk; at 100 % every write fails.',
    disk: 'Free space on it.',
    program: 'Run `rdc context setup-machine` again.',
    agent: 'This is {version}: run `rdc context setup-machine` to bring both together.',
    'agent-alone':
      'On the machine, `systemctl status rediacc-agent` says why; `rdc context setup-machine` puts it in place.',
    'agent-failing':
      'On the machine, `journalctl -u rediacc-agent` says why; `rdc context setup-machine` installs it again.',
    repository: 'See `rdc repo status {name}` and the log of its last operation.',
    'repository-closed': 'See `rdc repo autostart verify {name}` and the log of its last boot, or mount it.',
    'volume-deleted':
      'Save its files now, on the machine: `sudo cp -a {path} ELSEWHERE`. They are gone once it is unmounted.',
    neighbours: 'See `rdc repo status {name}`, which says why.',
    volume: 'Free space in it.',
    clock:
      'Set it, and let it be kept right: `sudo timedatectl set-ntp true` on the machine. If the machine’s is right, set this computer’s.',
    container: 'See `rdc repo logs {repository}`.',
    'crash-loop': 'See why it ends with `rdc repo logs {repository}`.',
    'service-left': 'End it with `rdc repo exec {repository} -- docker rm -f {name}`.',
  },
  /** How a machine’s clock compares with the one of this computer. */
  clock: {
    agrees: 'as here',
    ahead: '{span} ahead of this computer’s',
    behind: '{span} behind this computer’s',
  },
  summary:
    'Looked at, repositories: {repositories}, containers: {containers}. Health of the machine: {level}',
};
