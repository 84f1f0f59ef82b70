import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import { keyOf } from '../../shared/api/apiModel.ts';
import type { Bulk, MachineKey } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { useAppState } from '../state/appState.ts';
import { Button } from '../ui/Button.tsx';
import { StateMark } from '../ui/StateMark.tsx';
import { totalsOf } from './bulkView.ts';
import { placeTitle } from './place.ts';
import { showBulkProgress } from './showBulk.tsx';

/** Shows the bulk verbs that run on any of these machines, each with the button that opens its progress. */
export function BulkBanner({
  api,
  machines,
}: {
  readonly api: ApiClient;
  readonly machines: readonly MachineKey[];
}): ReactNode {
  const bulks = useAppState((state) => state.bulks);
  const keys = new Set(machines.map(keyOf));
  const own = bulks.filter(
    ({ endedAt, request }) => endedAt === undefined && request.machines.some((one) => keys.has(keyOf(one))),
  );
  return own.map((bulk) => <Banner key={bulk.bulk} api={api} bulk={bulk} />);
}

function Banner({ api, bulk }: { readonly api: ApiClient; readonly bulk: Bulk }): ReactNode {
  const text = useText();
  const words = text.machines.bulk;
  const { number } = useFormats();
  const { ended, total } = totalsOf(bulk);
  const title = fill(words.titles[bulk.request.verb], { where: placeTitle(bulk.request.machines, text) });
  return (
    <div className="flex items-center gap-3 rounded-md border bg-panel px-3.5 py-1.5">
      <StateMark tone="busy">
        {fill(words.banner, { title, ended: number(ended), total: number(total) })}
      </StateMark>
      <Button small className="ml-auto" onClick={() => showBulkProgress(api, bulk.bulk)}>
        {words.show}
      </Button>
    </div>
  );
}
