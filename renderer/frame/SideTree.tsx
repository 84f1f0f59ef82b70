import { ListChecks, Plus, ScrollText, Settings } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { keyOf } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import type { Repository } from '../../shared/model.ts';
import { repositoryTone } from '../../shared/tone.ts';
import { showAddMachine } from '../contexts/contextDialogs.tsx';
import { useText } from '../i18n/useText.ts';
import { conditionTone, machineCondition, shownState } from '../status/condition.ts';
import { useAppState } from '../state/appState.ts';
import { goTo, useNavigation } from '../state/navigation.ts';
import type { Place } from '../state/navigation.ts';
import { Hint, IconButton } from '../ui/Button.tsx';
import { classes } from '../ui/classes.ts';
import { StateShape } from '../ui/StateMark.tsx';
import { useAtTime } from '../ui/useNow.ts';
import { sectionKeys } from '../screens/sections.ts';
import { useMarkWords } from './useMarkWords.ts';

/**
 * Shows the health of everything at a glance: the machines, their repositories, and the other screens of the window.
 */
export function SideTree({ api }: { readonly api: ApiClient }): ReactNode {
  const text = useText().frame;
  const machines = useAppState((state) => state.machines);
  const running = machines.flatMap(({ operations = [] }) =>
    operations.filter((one) => one.state === 'running'),
  );
  return (
    <nav
      aria-label={text.sections}
      onKeyDown={moveFocus}
      className="flex h-full w-[248px] shrink-0 flex-col overflow-y-auto border-r bg-panel p-2 max-lg:w-[212px]"
    >
      <div className="flex h-[40px] shrink-0 items-center pl-2">
        <Hint label={text.machines} keys={sectionKeys('machines')}>
          <button
            type="button"
            className="rounded text-xs font-semibold tracking-wide text-muted uppercase hover:text-text"
            onClick={() => goTo({ screen: 'machines' })}
          >
            {text.machines}
          </button>
        </Hint>
        <div className="ml-auto">
          <IconButton icon={Plus} label={text.addMachine} onClick={() => showAddMachine(api)} />
        </div>
      </div>
      <ul className="flex flex-col">
        {machines.map((machine) => (
          <MachineBranch key={keyOf(machine.machine)} machine={machine} />
        ))}
      </ul>
      <p className="flex h-[38px] shrink-0 items-center pl-2 text-xs font-semibold tracking-wide text-muted uppercase">
        {text.workspace}
      </p>
      <ul className="flex flex-col">
        <Section
          place={{ screen: 'operations' }}
          icon={ListChecks}
          name={text.operations}
          detail={running.length > 0 ? fill(text.marks.running, { count: running.length }) : ''}
        />
        <Section place={{ screen: 'logs' }} icon={ScrollText} name={text.logs} />
        <Section place={{ screen: 'settings' }} icon={Settings} name={text.settings} />
      </ul>
    </nav>
  );
}

/** Moves the focus from line to line with the up and down keys, as in every tree. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (by === 0) return;
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  buttons[at + by]?.focus();
  event.preventDefault();
}

function MachineBranch({ machine }: { readonly machine: MachineState }): ReactNode {
  const text = useText();
  const words = useMarkWords();
  const tone = conditionTone(machineCondition(machine));
  const { name, context } = machine.machine;
  const key = { context, name };
  const detail = useAtTime((now) => words.machine(machine, now));
  const state = detail || text.app.connections[machine.connection.state];
  return (
    <li>
      <Line
        place={{ screen: 'machine', machine: key }}
        mark={<StateShape tone={tone} />}
        label={fill(text.frame.marks.machine, { name, state })}
        name={name}
        detail={detail}
        strong
        dim={tone === 'stale'}
      />
      <ul>
        {(machine.repositories ?? []).map((repository) => (
          <RepositoryLeaf key={repository.guid} machine={machine} repository={repository} />
        ))}
      </ul>
    </li>
  );
}

function RepositoryLeaf({
  machine,
  repository,
}: {
  readonly machine: MachineState;
  readonly repository: Repository;
}): ReactNode {
  const text = useText();
  const words = useMarkWords();
  const state = shownState(machine, repository);
  const { name, guid } = repository;
  const { context, name: machineName } = machine.machine;
  return (
    <li>
      <Line
        place={{ screen: 'repository', machine: { context, name: machineName }, guid }}
        mark={<StateShape tone={repositoryTone(state)} />}
        label={fill(text.frame.marks.repository, { name, state: text.app.states[state] })}
        name={name}
        detail={state === 'unknown' ? '' : words.repository(repository)}
        indent
        dim={state === 'unknown'}
      />
    </li>
  );
}

function Section({
  place,
  icon: Icon,
  name,
  detail = '',
}: {
  readonly place: Extract<Place, { screen: 'operations' | 'logs' | 'settings' }>;
  readonly icon: LucideIcon;
  readonly name: string;
  readonly detail?: string;
}): ReactNode {
  return (
    <li>
      <Line
        place={place}
        mark={<Icon aria-hidden size={15} strokeWidth={1.9} className="text-muted" />}
        label={detail === '' ? name : `${name}, ${detail}`}
        keys={sectionKeys(place.screen)}
        name={name}
        detail={detail}
      />
    </li>
  );
}

interface LineProps {
  readonly place: Place;
  readonly mark: ReactNode;
  /** All that the line says, for screen readers. */
  readonly label: string;
  readonly name: string;
  readonly detail: string;
  readonly keys?: string | undefined;
  readonly strong?: boolean;
  readonly indent?: boolean;
  readonly dim?: boolean;
}

function Line({ place, mark, label, name, detail, keys, strong, indent, dim }: LineProps): ReactNode {
  const here = useNavigation((state) => isSame(state.place, place));
  const line = (
    <button
      type="button"
      aria-label={label}
      aria-current={here ? 'page' : undefined}
      onClick={() => goTo(place)}
      className={classes(
        'flex h-[31px] w-full items-center gap-2.5 rounded-md pr-2 text-left transition-colors duration-100',
        indent ? 'pl-[30px]' : 'pl-2',
        here ? 'bg-accent-soft text-text' : 'hover:bg-hover',
        strong ? 'font-semibold' : !here && 'text-muted',
        dim && 'text-muted',
      )}
    >
      <span className="grid w-[15px] shrink-0 place-items-center">{mark}</span>
      <span className="min-w-0 flex-1 truncate">{name}</span>
      {detail !== '' && (
        <span className="tabular shrink-0 text-sm font-normal whitespace-nowrap text-muted">{detail}</span>
      )}
    </button>
  );
  if (keys === undefined) return line;
  return (
    <Hint label={name} keys={keys}>
      {line}
    </Hint>
  );
}

function isSame(a: Place, b: Place): boolean {
  if (a.screen !== b.screen) return false;
  if ('machine' in a && 'machine' in b && keyOf(a.machine) !== keyOf(b.machine)) return false;
  return !('guid' in a && 'guid' in b) || a.guid === b.guid;
}
