import { Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useFormats, useText } from '../i18n/useText.ts';
import { Card } from '../ui/Blocks.tsx';
import { Button } from '../ui/Button.tsx';
import { useNow } from '../ui/useNow.ts';
import { Line } from './AutostartTab.tsx';
import type { RepositoryProps } from './props.ts';
import type { Actions } from './actions.tsx';

/** What a repository is, and its end. */
export function SettingsTab({
  repository,
  actions,
}: RepositoryProps & { readonly actions: Actions }): ReactNode {
  const words = useText().panes.settings;
  const { when } = useFormats();
  const now = useNow();
  const closed = repository.state === 'closed';
  return (
    <div className="flex flex-col gap-3.5">
      <Card title={words.identity}>
        <dl>
          <Line name={words.guid}>
            <span className="font-mono text-sm">{repository.guid}</span>
          </Line>
          <Line name={words.path}>
            <span className="font-mono text-sm">{repository.path}</span>
          </Line>
          {repository.created !== '' && (
            <Line name={words.created}>{when(Date.parse(repository.created), now)}</Line>
          )}
        </dl>
      </Card>
      <Card title={words.danger}>
        <div className="flex items-center gap-4 px-3.5 py-3">
          <p className="min-w-0 text-muted">{closed ? words.deleteHelp : words.deleteClosed}</p>
          <Button look="danger" icon={Trash2} className="ml-auto" disabled={!closed} onClick={actions.remove}>
            {words.danger}
          </Button>
        </div>
      </Card>
    </div>
  );
}
