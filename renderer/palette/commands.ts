import type { Contexts } from '../../shared/api/api.ts';
import { keyOf } from '../../shared/api/apiModel.ts';
import type { BulkApiRequest, MachineKey, MachineState, Settings } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import type { Repository } from '../../shared/model.ts';
import { fittingAction } from '../../shared/repositoryAction.ts';
import type { RepositoryAction } from '../../shared/repositoryAction.ts';
import type { Text } from '../../shared/text/text.ts';
import { repositoryTone } from '../../shared/tone.ts';
import type { Tone } from '../../shared/tone.ts';
import { sectionKeys, SECTIONS } from '../screens/sections.ts';
import { languageCodes, languageNames } from '../../shared/text/languages.ts';
import { conditionTone, machineCondition, shownState } from '../status/condition.ts';
import type { Place } from '../state/navigation.ts';

/** The effect of a command, as data. */
export type CommandChoice =
  | { readonly kind: 'go'; readonly place: Place }
  | {
      readonly kind: 'repository';
      readonly action: RepositoryAction;
      readonly machine: MachineKey;
      readonly guid: string;
    }
  | { readonly kind: 'log'; readonly machine: MachineKey; readonly repository: Repository }
  | { readonly kind: 'reconnect'; readonly machine: MachineKey }
  | { readonly kind: 'bulk'; readonly verb: BulkApiRequest['verb']; readonly machine: MachineKey }
  | { readonly kind: 'context'; readonly name: string }
  | { readonly kind: 'settings'; readonly change: Partial<Settings> }
  | { readonly kind: 'add-machine' | 'new-context' | 'dock' };

/** One line of the palette. */
export interface Command {
  readonly id: string;
  readonly group: 'places' | 'actions' | 'window';
  readonly label: string;
  /** A muted text beside the label. */
  readonly detail?: string;
  readonly tone?: Tone;
  readonly keys?: string;
  readonly choice: CommandChoice;
}

/** The state and the words that the palette's commands are made from. */
interface CommandSources {
  readonly machines: readonly MachineState[];
  readonly contexts: Contexts | undefined;
  readonly text: Text;
}

/** Returns a command for each place to go to: machines, their repositories, screens. */
export function placeCommands({ machines, text }: CommandSources): readonly Command[] {
  const sections = SECTIONS.map((screen): Command => ({
    id: `go ${screen}`,
    group: 'places',
    label: text.frame[screen],
    keys: sectionKeys(screen),
    choice: { kind: 'go', place: { screen } },
  }));
  return [...machines.flatMap((machine) => machinePlaces(machine, text)), ...sections];
}

function machinePlaces(machine: MachineState, text: Text): readonly Command[] {
  const { host, name } = machine.machine;
  const key = keyOfMachine(machine);
  const own: Command = {
    id: `go ${keyOf(key)}`,
    group: 'places',
    label: name,
    detail: host,
    tone: conditionTone(machineCondition(machine)),
    choice: { kind: 'go', place: { screen: 'machine', machine: key } },
  };
  const repositories = (machine.repositories ?? []).map((repository): Command => {
    const state = shownState(machine, repository);
    return {
      id: `go ${keyOf(key)}/${repository.guid}`,
      group: 'places',
      label: repository.name,
      detail: `${name} · ${text.app.states[state]}`,
      tone: repositoryTone(state),
      choice: { kind: 'go', place: { screen: 'repository', machine: key, guid: repository.guid } },
    };
  });
  return [own, ...repositories];
}

/** Returns the commands that can be run from anywhere: those of machines and repositories, then the window's own. */
export function actionCommands(sources: CommandSources): readonly Command[] {
  return [
    ...sources.machines.flatMap((machine) => machineCommands(machine, sources.text)),
    ...windowCommands(sources),
  ];
}

function machineCommands(machine: MachineState, text: Text): readonly Command[] {
  const key = keyOfMachine(machine);
  if (machine.connection.state === 'offline') {
    const label = fill(text.frame.palette.reconnect, { name: key.name });
    return [
      {
        id: `reconnect ${keyOf(key)}`,
        group: 'actions',
        label,
        choice: { kind: 'reconnect', machine: key },
      },
    ];
  }
  const repositories = machine.repositories ?? [];
  return [
    ...repositories.flatMap((repository) => repositoryCommands(key, repository, text)),
    ...(repositories.length === 0 ? [] : bulkCommands(key, text)),
  ];
}

function bulkCommands(machine: MachineKey, text: Text): readonly Command[] {
  const { list, head } = text.machines;
  const words = [
    ['up', list.upAll],
    ['down', list.downAll],
    ['autostart-enable', head.enableAll],
    ['autostart-disable', head.disableAll],
  ] as const;
  return words.map(([verb, action]) => ({
    id: `${verb} all ${keyOf(machine)}`,
    group: 'actions',
    label: fill(text.frame.palette.action, { action, name: machine.name }),
    choice: { kind: 'bulk', verb, machine },
  }));
}

function repositoryCommands(machine: MachineKey, repository: Repository, text: Text): readonly Command[] {
  const { palette } = text.frame;
  const { guid, name } = repository;
  const about = { group: 'actions', detail: machine.name } as const;
  const action = fittingAction(repository);
  const commands: Command[] = [];
  if (action === 'up' || action === 'down' || action === 'cancel') {
    commands.push({
      ...about,
      id: `${action} ${keyOf(machine)}/${guid}`,
      label: fill(palette.action, { action: text.panes.head[action], name }),
      choice: { kind: 'repository', action, machine, guid },
    });
  }
  if (repository.daemon) {
    commands.push({
      ...about,
      id: `log ${keyOf(machine)}/${guid}`,
      label: fill(palette.log, { name }),
      choice: { kind: 'log', machine, repository },
    });
  }
  return commands;
}

function windowCommands({ contexts, text }: CommandSources): readonly Command[] {
  const { palette, preferences, addMachine, newContext } = text.frame;
  const command = (id: string, label: string, choice: CommandChoice, keys?: string): Command => ({
    ...{ id, group: 'window', label, choice },
    ...(keys === undefined ? {} : { keys }),
  });
  const others = (contexts?.contexts ?? []).filter(({ name }) => name !== contexts?.current);
  return [
    command('add-machine', addMachine, { kind: 'add-machine' }),
    command('new-context', newContext, { kind: 'new-context' }),
    ...others.map(({ name }) =>
      command(`context ${name}`, fill(palette.context, { name }), { kind: 'context', name }),
    ),
    ...(['system', 'light', 'dark'] as const).map((theme) =>
      command(`theme ${theme}`, fill(palette.theme, { theme: preferences.themes[theme] }), {
        kind: 'settings',
        change: { theme },
      }),
    ),
    ...languageCodes.map((language) =>
      command(`language ${language}`, fill(palette.language, { language: languageNames[language] }), {
        kind: 'settings',
        change: { language },
      }),
    ),
    command('dock', palette.dock, { kind: 'dock' }, 'Mod+J'),
  ];
}

function keyOfMachine({ machine: { context, name } }: MachineState): MachineKey {
  return { context, name };
}
