/** A command line of `rdc`, without the machine's name, or of `renet`. */
export type Words = readonly string[];

/** The disks that scenarios begin with (`disks.ts`). */
export type DiskName = 'empty' | 'closed' | 'forked' | 'enabled' | 'two' | 'two-enabled';

/** A verb as a person starts it, on a machine in a certain state. */
export interface Scenario {
  /** The verb as the table names it. */
  readonly verb: string;
  readonly disk: DiskName;
  /** The commands of `renet` by hand that bring the machine into the state that the verb needs. */
  readonly before: readonly Words[];
  /** The command; without one the machine's own boot or shutdown is meant. */
  readonly words?: Words;
  /** The command of renet that does the work, and is held. */
  readonly program: 'operation-run' | 'serve';
  /** What a person does when the verb did not come to its end; the same command when left out. */
  readonly again?: Words;
  /** True when the verb starts several operations, one after the other. */
  readonly bulk?: true;
  /**
   * True when the verb opens a closed repository for a while. One that is killed meanwhile leaves it open, and a second try
   * leaves it as it finds it.
   */
  readonly opens?: true;
}

const secret = ['--passphrase-file', 'old'] as const;
const up = ['repo', 'up', 'shop', '--mount', ...secret] as const;
const mount = ['repo', 'mount', 'shop', ...secret] as const;

const handSecret = ['--passphrase-file', '/run/faults/old'] as const;
const mounted = [['mount', 'shop', ...handSecret]];
const started = [['up', 'shop', '--mount', ...handSecret]];

function scenario(
  verb: string,
  disk: DiskName,
  words: Words,
  more: Partial<Omit<Scenario, 'verb' | 'disk' | 'words'>> = {},
): Scenario {
  return { verb, disk, before: [], program: 'operation-run', words, ...more };
}

/** Every verb whose steps can be cut short. */
export const SCENARIOS: readonly Scenario[] = [
  scenario('create', 'empty', ['repo', 'create', 'shop', '--size', '64M', ...secret]),
  scenario('mount', 'closed', mount),
  scenario('mount of a fork', 'forked', ['repo', 'mount', 'copy', ...secret]),
  scenario('unmount', 'closed', ['repo', 'unmount', 'shop'], { before: mounted }),
  scenario('up', 'closed', ['repo', 'up', 'shop'], { before: mounted }),
  scenario('up --mount', 'closed', up),
  scenario('up --prep-only', 'closed', ['repo', 'up', 'shop', '--prep-only'], { before: mounted }),
  scenario('down', 'closed', ['repo', 'down', 'shop'], { before: started }),
  scenario('down --unmount', 'closed', ['repo', 'down', 'shop', '--unmount'], { before: started }),
  scenario('delete', 'closed', ['repo', 'delete', 'shop', '--confirm', 'shop']),
  scenario('fork', 'closed', ['repo', 'fork', 'shop', '--tag', 'copy']),
  scenario('resize', 'closed', ['repo', 'resize', 'shop', '--size', '96M', ...secret], { opens: true }),
  scenario('rename', 'closed', ['repo', 'rename', 'shop', 'store']),
  scenario('rename of a mounted one', 'closed', ['repo', 'rename', 'shop', 'store'], { before: mounted }),
  scenario('slots release', 'closed', ['repo', 'slots', 'release', 'shop', 'gone'], { before: mounted }),
  scenario('passphrase change', 'closed', [
    ...['repo', 'passphrase', 'change', 'shop', ...secret, '--new-passphrase-file', 'new'],
  ]),
  scenario(
    'header backup',
    'closed',
    ['repo', 'header', 'backup', 'shop', '--file', 'again', '--overwrite'],
    {
      program: 'serve',
    },
  ),
  scenario('header restore', 'closed', [
    ...['repo', 'header', 'restore', 'shop', '--file', 'saved', '--confirm', 'shop'],
  ]),
  scenario('autostart enable', 'closed', ['repo', 'autostart', 'enable', 'shop', ...secret]),
  scenario('autostart disable', 'enabled', ['repo', 'autostart', 'disable', 'shop']),
  scenario('autostart enable-all', 'two', ['repo', 'autostart', 'enable-all', ...secret], { bulk: true }),
  scenario('autostart disable-all', 'two-enabled', ['repo', 'autostart', 'disable-all'], { bulk: true }),
  scenario('up-all', 'two', ['repo', 'up-all', ...secret], { bulk: true }),
  scenario('down-all --unmount', 'two', ['repo', 'down-all', '--unmount'], {
    before: [...started, ['up', 'store', '--mount', ...handSecret]],
    bulk: true,
  }),
  { verb: 'boot', disk: 'enabled', before: [], program: 'operation-run', again: up },
  {
    verb: 'shutdown',
    disk: 'closed',
    before: started,
    program: 'operation-run',
    again: ['repo', 'down', 'shop', '--unmount'],
  },
];
