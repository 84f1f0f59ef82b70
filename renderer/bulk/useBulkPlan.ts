import { useEffect, useEffectEvent, useState } from 'react';
import type { ApiClient, ApiResult } from '../../shared/api/api.ts';
import type { BulkApiRequest } from '../../shared/api/apiModel.ts';
import { toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';

/** A plan, or why there is none; both are absent while the machines make it. */
interface Made {
  readonly plan?: ApiResult<'bulk.plan'>;
  readonly error?: WireError;
}

/**
 * Asks the machines what a bulk verb would do and returns their plan. The plan is made anew whenever the request says
 * something else, and when `again` is called.
 */
export function useBulkPlan(api: ApiClient, request: BulkApiRequest): Made & { readonly again: () => void } {
  const [turn, setTurn] = useState(0);
  // A component makes a new request each time it is drawn: the same words are the same question.
  const question = `${JSON.stringify(request)} ${turn}`;
  const [answer, setAnswer] = useState<Made & { readonly to: string }>();
  const make = useEffectEvent(async (): Promise<Made> => {
    try {
      return { plan: await api.call('bulk.plan', { request }) };
    } catch (error) {
      return { error: toWire(error) };
    }
  });
  useEffect(() => {
    let gone = false;
    void make().then((made) => gone || setAnswer({ to: question, ...made }));
    return () => {
      gone = true;
    };
  }, [api, question]);
  const again = (): void => setTurn(turn + 1);
  // The answer to an earlier question is not shown for this one.
  if (answer?.to !== question) return { again };
  const { plan, error } = answer;
  return { again, ...(plan !== undefined && { plan }), ...(error !== undefined && { error }) };
}
