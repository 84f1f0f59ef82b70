import { useEffect, useState } from 'react';
import type { ApiClient, ApiResult } from '../../shared/api/api.ts';
import type { BulkRequest } from '../../shared/api/apiModel.ts';
import { toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';

/** What a verb for all would do, from the machines themselves; made anew for another choice, and by `again`. */
export function useBulkPlan(
  api: ApiClient,
  request: BulkRequest,
): {
  /** Absent while it is being made. */
  readonly plan?: ApiResult<'bulk.plan'>;
  readonly error?: WireError;
  readonly again: () => void;
} {
  const [turn, setTurn] = useState(0);
  const asked = `${JSON.stringify(request)} ${turn}`;
  const [answer, setAnswer] = useState<{ to: string; plan?: ApiResult<'bulk.plan'>; error?: WireError }>();
  useEffect(() => {
    let gone = false;
    const ask = async (): Promise<void> => {
      try {
        const plan = await api.call('bulk.plan', { request });
        if (!gone) setAnswer({ to: asked, plan });
      } catch (error) {
        if (!gone) setAnswer({ to: asked, error: toWire(error) });
      }
    };
    void ask();
    return () => {
      gone = true;
    };
    // `asked` stands for the request: the same choice is the same question.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [api, asked]);
  const again = (): void => setTurn(turn + 1);
  // What an older choice would have done is not shown for this one.
  if (answer?.to !== asked) return { again };
  const { plan, error } = answer;
  return { again, ...(plan !== undefined && { plan }), ...(error !== undefined && { error }) };
}
