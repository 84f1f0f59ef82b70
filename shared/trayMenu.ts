import type { MachineKey, MachineState } from './api/apiModel.ts';
import { assertNever, fill } from './errors.ts';
import type { Repository } from './model.ts';
import { fittingAction } from './repositoryAction.ts';
import type { RepositoryAction } from './repositoryAction.ts';
import type { Text } from './text/text.ts';
import { gravestTone, repositoryTone } from './tone.ts';
import type { Tone } from './tone.ts';
import { wordFor } from './newerNames.ts';

/** The action of a menu item. */
export type TrayChoice =
  | {
      readonly kind: 'repository';
      readonly action: Exclude<RepositoryAction, 'reconnect'>;
      readonly machine: MachineKey;
      readonly guid: string;
    }
  | { readonly kind: 'reconnect'; readonly machine: MachineKey }
  | { readonly kind: 'operation'; readonly machine: MachineKey; readonly operation: string }
  | { readonly kind: 'open' }
  | { readonly kind: 'quit' };

/** One line of the menu, in the person's language. */
export interface TrayItem {
  /** The whole line, for menus that are nothing but text. */
  readonly label: string;
  /** The parts of the line, for menus that show them apart: the subject, its state, and what choosing it does. */
  readonly name: string;
  readonly word?: string;
  readonly action?: string;
  readonly tone?: Tone;
  /** Absent for a line that only informs, or has items below it. */
  readonly choice?: TrayChoice;
  readonly items?: readonly TrayItem[];
}

/** The tray's menu as data. The window's quick menu is the same. */
export interface TrayMenu {
  /** The tone of everything together, which the icon shows. */
  readonly tone: Tone;
  /** That state in words. */
  readonly label: string;
  /** The sections, with a line between each two: machines, running operations, the program itself. */
  readonly sections: readonly (readonly TrayItem[])[];
}

/**
 * Returns the menu for the known state of the machines. The repositories of a machine that is offline count as unknown.
 */
export function trayMenu({ machines }: { readonly machines: readonly MachineState[] }, text: Text): TrayMenu {
  const words = text.shell.tray;
  const tone = gravestTone(machines.map(machineTone));
  const running = machines.filter(isHeard).flatMap((machine) => operationItems(machine, text));
  const nobody: TrayItem = plain(words.noMachines);
  return {
    tone,
    label: fill(words.title, { name: text.app.name, state: words.overall[tone] }),
    sections: [
      machines.length === 0 ? [nobody] : machines.map((machine) => machineItem(machine, text)),
      ...(running.length === 0 ? [] : [running]),
      [
        { ...plain(words.open), choice: { kind: 'open' } },
        { ...plain(words.quit), choice: { kind: 'quit' } },
      ],
    ],
  };
}

function plain(name: string): TrayItem {
  return { label: name, name };
}

function isHeard({ connection }: MachineState): boolean {
  return connection.state === 'connected';
}

function keyOfState({ machine: { context, name } }: MachineState): MachineKey {
  return { context, name };
}

/**
 * Returns the tone of a machine. One that does not answer is stale, whatever its repositories were when it last did.
 */
function machineTone(machine: MachineState): Tone {
  if (!isHeard(machine)) return 'stale';
  return gravestTone((machine.repositories ?? []).map(({ state }) => repositoryTone(state)));
}

function machineItem(machine: MachineState, text: Text): TrayItem {
  const { name } = machine.machine;
  const tone = machineTone(machine);
  const worst = machine.repositories?.find(({ state }) => repositoryTone(state) === tone);
  const word =
    isHeard(machine) && worst ? stateWord(worst, text) : text.app.connections[machine.connection.state];
  const reconnect: TrayItem = {
    ...plain(text.panes.head.reconnect),
    choice: { kind: 'reconnect', machine: keyOfState(machine) },
  };
  const repositories = (machine.repositories ?? []).map((one) => repositoryItem(machine, one, text));
  const items = [
    ...(machine.connection.state === 'offline' ? [reconnect] : []),
    ...(repositories.length === 0 ? [plain(text.shell.tray.noRepositories)] : repositories),
  ];
  return { label: fill(text.shell.tray.plain, { name, word }), name, word, tone, items };
}

function repositoryItem(machine: MachineState, { guid, name, ...known }: Repository, text: Text): TrayItem {
  const state = isHeard(machine) ? known.state : 'unknown';
  const about = { name, tone: repositoryTone(state) };
  const fitting = fittingAction({ state });
  if (fitting === 'reconnect') {
    const word = text.app.states[state];
    return { ...about, word, label: fill(text.shell.tray.plain, { name, word }) };
  }
  const word =
    known.operation === undefined
      ? stateWord({ ...known, state }, text)
      : wordFor(text.app.working, known.operation.verb);
  const action = actionWord(fitting, text);
  return {
    ...about,
    word,
    action,
    label: fill(text.shell.tray.item, { name, word, action }),
    choice: { kind: 'repository', action: fitting, machine: keyOfState(machine), guid },
  };
}

/** Returns the state in words, with the services that crash again and again: "Degraded" alone would not say what to look at. */
function stateWord({ state, notices }: Pick<Repository, 'state' | 'notices'>, text: Text): string {
  const word = text.app.states[state];
  const services = notices.flatMap(({ code, details }) =>
    code === 'crash-loop' ? [String(details['service'])] : [],
  );
  return services.length === 0
    ? word
    : fill(text.shell.tray.crashLoop, { word, services: [...new Set(services)].join(', ') });
}

function actionWord(action: Exclude<RepositoryAction, 'reconnect'>, text: Text): string {
  const words = text.panes.head;
  switch (action) {
    case 'up':
      return words.up;
    case 'down':
      return words.down;
    case 'cancel':
      return words.cancel;
    case 'inspect':
      return text.shell.tray.show;
    default:
      return assertNever(action);
  }
}

function operationItems(machine: MachineState, text: Text): TrayItem[] {
  return (machine.operations ?? [])
    .filter(({ state }) => state === 'running')
    .map(({ id, verb, repository }) => {
      const label = fill(text.shell.tray.operation, {
        working: wordFor(text.app.working, verb),
        repository: repository.name,
        machine: machine.machine.name,
      });
      const choice = { kind: 'operation', machine: keyOfState(machine), operation: id } as const;
      return { ...plain(label), tone: 'busy', choice };
    });
}
