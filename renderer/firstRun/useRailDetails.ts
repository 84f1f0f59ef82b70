import { fill } from '../../shared/errors.ts';
import { useText } from '../i18n/useText.ts';
import { targetOf } from './flow.ts';
import type { FirstRun, StepName } from './flow.ts';
import { keyTypeName } from './keyType.ts';

/** Returns what is known of the steps that are done, by step. */
export function useRailDetails({
  draft,
  tested,
  machine,
  repository,
}: FirstRun): Partial<Record<StepName, string>> {
  const words = useText().firstRun;
  const { host, user, port } = targetOf(draft);
  const key = tested?.hostKey.status === 'known' ? tested.hostKey.type : undefined;
  return {
    ...((tested ?? machine) && { host: `${user}@${host}${port === 22 ? '' : `:${port}`}` }),
    ...(key !== undefined && { identity: fill(words.identity.trusted, { type: keyTypeName(key) }) }),
    ...(repository !== undefined && { repository }),
  };
}
