import type { Command } from 'commander';
import type { Answer, Call } from '../../call.ts';
import type { EventsOptions } from './machineEvents.ts';
import { addCommand, addMachineCommand, ageOption } from '../words.ts';
import type { WordsDependencies } from '../words.ts';

const info = () => import('./machineInfo.ts');
const health = () => import('./machineHealth.ts');
const containers = () => import('./machineContainers.ts');
const events = () => import('./machineEvents.ts');
const repositories = () => import('../repository/repositories.ts');

/** Adds the commands of `rdc machine` to its group; the machine may be left out where the context has only one. */
export function addMachineCommands(group: Command, dependencies: WordsDependencies): void {
  const { help } = dependencies.text.cli;
  const add = (
    usage: string,
    description: string,
    action: (call: Call, name: string | undefined) => Promise<Answer>,
  ): void => {
    addCommand(group, usage, description, dependencies).action((name: string | undefined) =>
      dependencies.run((call) => action(call, name)),
    );
  };
  add('info [machine]', help.machineInfo, async (...asked) => (await info()).printMachineInfo(...asked));
  add('health [machine]', help.machineHealth, async (...asked) =>
    (await health()).printMachineHealth(...asked),
  );
  add('containers [machine]', help.machineContainers, async (...asked) =>
    (await containers()).printContainers(...asked),
  );
  addMachineCommand(group, 'events [machine]', help.machineEvents, dependencies)
    .option('--since <age>', help.options.since, ageOption)
    .option('-f, --follow', help.options.followEvents)
    .action((name: string | undefined, options: EventsOptions) =>
      dependencies.run(async (call) => (await events()).printEvents(call, name, options)),
    );
  add('repos [machine]', help.machineRepos, async (...asked) =>
    (await repositories()).printRepositories(...asked),
  );
}
