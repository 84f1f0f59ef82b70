import { useState } from 'react';
import type { ReactNode } from 'react';
import { fill } from '../../shared/errors.ts';
import type { Repository } from '../../shared/model.ts';
import { useText } from '../i18n/useText.ts';
import { isFresh } from '../status/condition.ts';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';
import { Tabs } from '../ui/Popups.tsx';
import { AutostartTab } from './AutostartTab.tsx';
import { LifecycleTab } from './LifecycleTab.tsx';
import { LogsTab } from './LogsTab.tsx';
import { Notices } from './Notices.tsx';
import { OverviewTab } from './OverviewTab.tsx';
import { RepositoryHead } from './RepositoryHead.tsx';
import { SettingsTab } from './SettingsTab.tsx';
import type { RepositoryProps } from './props.ts';
import { useActions } from './useActions.ts';

type Part = 'overview' | 'lifecycle' | 'logs' | 'autostart' | 'settings';

/** Returns the part that a person wants to see first: the operation where one runs or failed, else the services. */
function firstPart({ operation, state }: Repository): Part {
  return operation !== undefined || state === 'failed' ? 'lifecycle' : 'overview';
}

/** Shows everything about one repository. */
export function RepositoryScreen(props: RepositoryProps): ReactNode {
  const words = useText().panes.tabs;
  const { api, machine, repository } = props;
  const [part, setPart] = useState<Part>(firstPart(repository));
  const actions = useActions({ api, machine: machine.machine, repository }, () => setPart('lifecycle'));
  const parts: readonly Part[] = ['overview', 'lifecycle', 'logs', 'autostart', 'settings'];
  return (
    <div className="flex min-h-0 flex-col gap-3.5">
      <RepositoryHead {...props} actions={actions} />
      {actions.error !== undefined && <ErrorBlock error={actions.error} />}
      {repository.problem !== undefined && <ErrorBlock error={repository.problem} />}
      {isFresh(machine) && <Notices notices={repository.notices} />}
      <Tabs
        label={fill(words.label, { name: repository.name })}
        value={part}
        tabs={parts.map((value) => ({ value, label: words[value] }))}
        onChange={setPart}
      >
        {part === 'overview' && <OverviewTab {...props} />}
        {part === 'lifecycle' && <LifecycleTab {...props} />}
        {part === 'logs' && <LogsTab {...props} />}
        {part === 'autostart' && <AutostartTab {...props} actions={actions} />}
        {part === 'settings' && <SettingsTab {...props} actions={actions} />}
      </Tabs>
    </div>
  );
}
