import { Bell, ListChecks } from 'lucide-react';
import type { ReactNode } from 'react';
import { fill } from '../../shared/errors.ts';
import { wordFor } from '../../shared/newerNames.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { verdictTone } from '../status/tones.ts';
import { useAppState } from '../state/appState.ts';
import { goTo } from '../state/navigation.ts';
import { toldOperations } from '../state/overview.ts';
import { IconButton } from '../ui/Button.tsx';
import { Menu } from '../ui/Popups.tsx';
import { StateShape } from '../ui/StateMark.tsx';
import { useAtTime } from '../ui/useNow.ts';
import { goToOperation } from '../commands/act.ts';

/** The number of failures that a person reads in a menu. All of them stand in Operations. */
const SHOWN = 8;

/** Shows what failed lately, so that no failure is only a notification that nobody saw. */
export function TroubleBell(): ReactNode {
  const text = useText();
  const { when } = useFormats();
  const now = useAtTime((at) => at - (at % 60_000));
  const machines = useAppState((state) => state.machines);
  const failed = toldOperations(machines).filter(({ state }) => state === 'failed' || state === 'lost');
  const { bell, bellCount, bellNone, allOperations } = text.frame;
  const label = failed.length === 0 ? bell : fill(bellCount, { count: failed.length });
  return (
    <span className="relative">
      <Menu
        trigger={<IconButton icon={Bell} label={label} />}
        groups={[
          failed.length === 0
            ? [{ id: 'none', label: bellNone, disabled: true, onSelect: () => undefined }]
            : failed.slice(0, SHOWN).map(({ id, machine, repository, verb, state, startedAt }) => ({
                id,
                label: `${repository} · ${wordFor(text.app.verbs, verb)}`,
                mark: <StateShape tone={verdictTone(state)} label={text.app.verdicts[state]} />,
                detail: when(startedAt, now),
                onSelect: () => goToOperation(text, machine, id),
              })),
          [
            {
              id: 'all',
              label: allOperations,
              icon: ListChecks,
              onSelect: () => goTo({ screen: 'operations' }),
            },
          ],
        ]}
      />
      {failed.length > 0 && (
        <span aria-hidden className="pointer-events-none absolute top-[3px] right-[3px] text-fail">
          <StateShape tone="fail" size={9} />
        </span>
      )}
    </span>
  );
}
