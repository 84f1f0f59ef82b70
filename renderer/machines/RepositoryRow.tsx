import type { ReactNode } from 'react';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import type { Repository } from '../../shared/model.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { repositoryTone } from '../../shared/tone.ts';
import { wordFor } from '../../shared/newerNames.ts';
import { verdictTone } from '../status/tones.ts';
import { useActions } from '../repository/useActions.ts';
import { goTo } from '../state/navigation.ts';
import type { ScreenProps } from '../screens/screenProps.ts';
import { Switch } from '../ui/Controls.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';
import { Meter } from '../ui/Figures.tsx';
import { StateMark, StateShape } from '../ui/StateMark.tsx';
import { Row, Td } from '../ui/Table.tsx';
import { useNow } from '../ui/useNow.ts';
import { BusyMark } from './BusyMark.tsx';
import { isFresh, serviceCount, shownState } from '../status/condition.ts';
import { RowActions } from './RowActions.tsx';

/** The classes of columns that are hidden first where the window is narrow. */
export const WIDE = 'hidden @min-[760px]:table-cell';
export const WIDER = 'hidden @min-[900px]:table-cell';

interface RowProps extends ScreenProps {
  readonly machine: MachineState;
  readonly repository: Repository;
}

/** Shows one repository of a machine. A double click, or Enter on its name, opens the repository. */
export function RepositoryRow({ api, sessions, machine, repository }: RowProps): ReactNode {
  const words = useText().machines.repositories;
  const { context, name: machineName } = machine.machine;
  const key = { context, name: machineName };
  const actions = useActions({ api, machine: key, repository });
  const fresh = isFresh(machine);
  const { name, networkId, autostart, operation, guid } = repository;
  const count = serviceCount(repository);
  const open = (): void => goTo({ screen: 'repository', machine: key, guid });
  return (
    <>
      <Row dim={!fresh} onDoubleClick={open}>
        <Td className="max-w-44">
          <State sessions={sessions} machine={machine} repository={repository} />
        </Td>
        <Td className="max-w-72">
          <button type="button" className="block max-w-full truncate hover:underline" onClick={open}>
            <b className="font-semibold">{name}</b>
            <ForkOf machine={machine} repository={repository} />
          </button>
        </Td>
        <Td className="whitespace-nowrap">
          <Used repository={repository} />
        </Td>
        <Td right>{count === undefined ? '–' : `${count.running}/${count.total}`}</Td>
        <Td className={`${WIDER} font-mono text-sm text-muted`}>{networkId}</Td>
        <Td>
          <Switch
            on={autostart.enabled}
            label={fill(words.autostartOf, { name })}
            disabled={!fresh || operation !== undefined}
            onChange={(on) => (on ? actions.enableAutostart() : actions.disableAutostart())}
          />
        </Td>
        <Td className={`${WIDE} whitespace-nowrap text-muted`}>
          <LastOperation repository={repository} />
        </Td>
        <Td right>
          <RowActions machine={machine} repository={repository} actions={actions} onOpen={open} />
        </Td>
      </Row>
      {actions.error !== undefined && (
        <tr className="border-b last:border-b-0">
          <td colSpan={8} className="px-3.5 py-2">
            <ErrorBlock error={actions.error} />
          </td>
        </tr>
      )}
    </>
  );
}

function State({ sessions, machine, repository }: Omit<RowProps, 'api'>): ReactNode {
  const { states } = useText().app;
  const state = shownState(machine, repository);
  const { operation } = repository;
  if (state !== 'unknown' && operation !== undefined) {
    return <BusyMark sessions={sessions} machine={machine.machine} operation={operation} />;
  }
  return <StateMark tone={repositoryTone(state)}>{states[state]}</StateMark>;
}

function ForkOf({ machine, repository: { parent } }: Omit<RowProps, keyof ScreenProps>): ReactNode {
  const words = useText().machines.repositories;
  if (parent === undefined) return null;
  const name = machine.repositories?.find(({ guid }) => guid === parent)?.name ?? parent.slice(0, 8);
  return <span className="text-muted"> {fill(words.forkOf, { name })}</span>;
}

/** Shows how much of a volume is used. Of a closed volume only the size is known. */
function Used({ repository: { name, used, size: total } }: { readonly repository: Repository }): ReactNode {
  const words = useText().machines.repositories;
  const { size, sizePair } = useFormats();
  if (used === undefined) return <span className="tabular text-muted">{size(total)}</span>;
  const pair = sizePair(used, total);
  return (
    <span className="inline-flex items-center gap-2">
      <span className="hidden @min-[820px]:inline-flex">
        <Meter share={used / total} label={fill(words.meter, { name })} />
      </span>
      <span className="tabular">{fill(words.usedOf, { used: pair.part, size: pair.whole })}</span>
    </span>
  );
}

function LastOperation({ repository }: { readonly repository: Repository }): ReactNode {
  const text = useText();
  const words = text.machines.repositories;
  const { when } = useFormats();
  const now = useNow();
  const last = repository.operation ?? repository.lastOperation;
  if (last === undefined) return '–';
  const { origin, verb, state, endedAt, startedAt } = last;
  const tone = verdictTone(state);
  const word = origin === 'person' ? wordFor(text.app.verbs, verb) : words[origin];
  return (
    <span className="inline-flex items-center gap-1.5">
      {tone !== 'ok' && tone !== 'busy' && (
        <StateShape tone={tone} size={11} label={text.app.verdicts[state]} />
      )}
      {fill(words.lastAt, { verb: word, when: when(endedAt ?? startedAt, now) })}
    </span>
  );
}
