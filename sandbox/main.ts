import { Argument, Command, Option } from 'commander';
import { SandboxError } from './errors.ts';
import { ensureImage } from './images.ts';
import { cutPower, takeDown, listMachines, reboot, reset, bringUp } from './machines.ts';
import { say } from './progress.ts';
import { type Variant, variants } from './recipe.ts';
import { openShell } from './ssh.ts';
import { accessOf, readMachine } from './state.ts';

/** `npm run sandbox -- ...`: makes a real throw-away machine, for the demo, the tests and a first try. */

const name = (): Argument => new Argument('[name]', 'the machine').default('demo');
const variant = (): Option => new Option('--variant <variant>', 'which machine').choices(variants);

function print(result: unknown): void {
  console.log(JSON.stringify(result, null, 2));
}

const program = new Command('sandbox').description(
  'A real throw-away Debian machine, in QEMU on this computer.',
);

program
  .command('build')
  .description('build the image of a variant (standard when none is named), unless it is there')
  .addOption(variant())
  .option('--all', 'every variant')
  .action(async (options: { variant?: Variant; all?: boolean }) => {
    const wanted = options.all === true ? variants : [options.variant ?? 'standard'];
    for (const each of wanted) {
      const image = await ensureImage(each);
      say(`The ${each} machine is ready to start: ${image.template}`);
    }
  });

program
  .command('up')
  .description('start a machine and print how to reach it, as JSON')
  .addArgument(name())
  .addOption(variant())
  .action(async (machine: string, options: { variant?: Variant }) => print(await bringUp(machine, options)));

program
  .command('down')
  .description('stop a machine and remove its disk')
  .addArgument(name())
  .action(async (machine: string) => {
    const was = await takeDown(machine);
    say(was ? `The machine "${machine}" is stopped and removed.` : `There is no machine "${machine}".`);
  });

program
  .command('reset')
  .description('take a machine back to what it was when it was new')
  .addArgument(name())
  .action(async (machine: string) => print(await reset(machine)));

program
  .command('reboot')
  .description('reboot a machine through its systemd')
  .addArgument(name())
  .action(async (machine: string) => print(await reboot(machine)));

program
  .command('cut-power')
  .description('cut the power of a machine and boot it again')
  .addArgument(name())
  .action(async (machine: string) => print(await cutPower(machine)));

program
  .command('list')
  .description('list the machines')
  .option('--json', 'as JSON')
  .action(async (options: { json?: boolean }) => {
    const machines = await listMachines();
    if (options.json === true) print(machines);
    else if (machines.length === 0) say('There is no machine. Start one with: npm run sandbox -- up');
    else console.table(machines);
  });

program
  .command('ssh')
  .description('open a shell on a machine, or run a command there')
  .addArgument(name())
  .argument('[command...]', 'after --')
  .addOption(new Option('--user <user>', 'as whom').choices(['deploy', 'locked']).default('deploy'))
  .action(async (machine: string, command: string[], options: { user: string }) => {
    const state = await readMachine(machine);
    if (state === undefined) throw new SandboxError(`There is no machine "${machine}".`);
    process.exitCode = await openShell(accessOf(state), options.user, command);
  });

/** Adds the default machine to `ssh -- COMMAND`, where commander would take COMMAND for its name. */
function withMachine(words: string[]): string[] {
  const [first, second, ...rest] = words;
  return first === 'ssh' && second === '--' ? [first, 'demo', second, ...rest] : words;
}

try {
  await program.parseAsync(withMachine(process.argv.slice(2)), { from: 'user' });
} catch (error) {
  // A SandboxError is a sentence for the person. Anything else is a fault of ours, and its stack helps.
  console.error(error instanceof SandboxError ? error.message : error);
  process.exitCode = 1;
}
